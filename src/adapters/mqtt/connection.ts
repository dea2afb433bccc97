/** One connection to one broker, from its CONNECT to its end. Nothing of it is kept for the next. */
import { Buffer } from "node:buffer";
import type { IConnackPacket, IDisconnectPacket, Packet } from "mqtt-packet";
import type { BrokerUrl } from "../../core/broker/broker_url.ts";
import type {
  ConnectionLoss,
  ConnectionProblem,
  ConnectionStage,
} from "../../core/broker/connection_problem.ts";
import type { BrokerSession, Publication, Will } from "../../ports/broker.ts";
import { Invalid, Unavailable } from "../../ports/errors.ts";
import { openChannel } from "./byte_channel.ts";
import { channelProblem } from "./channel_problem.ts";
import { loadClient, type MqttClient } from "./client_module.ts";
import { duplexOf } from "./duplex.ts";
import { causeOf, connectionProblem, publishProblem } from "./problems.ts";
import { type BrokerSettings, readCredentials } from "./settings.ts";
import { slots } from "./slots.ts";

/** Messages that the broker may send before the first is taken. */
const receiveMaximum = 16;
const topicAliasMaximum = 16;
/** What a packet holds besides its payload: topic, properties, header. */
const overheadBytes = 1_024;
const defaultConnectTimeoutMs = 20_000;
const leaveTimeoutMs = 2_000;

/** Why a connection ended. */
export interface ConnectionEnd extends ConnectionLoss {
  /** Where the broker sends us instead. */
  readonly reference: string | undefined;
}

/** A connection could not be made, or not be used. */
export class ConnectionFailed extends Unavailable {
  readonly reference: string | undefined;
  readonly problem: ConnectionProblem;
  constructor(
    { reference, ...problem }: ConnectionProblem & Partial<ConnectionEnd>,
    options?: ErrorOptions,
  ) {
    super(problem.reason, options);
    this.reference = reference;
    this.problem = problem;
  }
}

export interface Connection {
  readonly sessionPresent: boolean;
  readonly maxPayload: number;
  readonly ended: Promise<ConnectionEnd>;
  /** Resolves when everything is subscribed; rejects with ConnectionFailed. */
  readonly subscribed: Promise<void>;
  /** From now on the session gets what comes: it may publish at once. */
  begin(): void;
  publish(publication: Publication): Promise<void>;
  /** Resolves when the connection is gone. */
  leave(): Promise<void>;
}

/** Resolves when the broker has accepted us. Throws ConnectionFailed; Invalid for a file that cannot be read. */
export async function connect(
  url: BrokerUrl,
  { settings, session, signal }: {
    readonly settings: BrokerSettings;
    readonly session: BrokerSession;
    readonly signal: AbortSignal;
  },
): Promise<Connection> {
  const credentials = await readCredentials(settings);
  const will = await session.will?.();
  const Client = await loadClient();
  const { connectTimeoutMs = defaultConnectTimeoutMs } = settings;
  const maxPacketBytes = settings.maxMessageBytes + overheadBytes;
  const timeLimit = AbortSignal.timeout(connectTimeoutMs);
  const channel = await openChannel(url, {
    credentials,
    signal: AbortSignal.any([signal, timeLimit]),
    maxBytes: (receiveMaximum + 1) * maxPacketBytes,
  }).catch((error) => {
    throw new ConnectionFailed(channelProblem(url, error), { cause: error });
  });
  const stream = duplexOf(channel, { maxPacketBytes });
  let broken: Error | undefined;
  stream.on("error", (error) => broken ??= error);
  const client = new Client(() => stream as never, {
    clientId: session.clientId,
    protocolVersion: 5,
    clean: false,
    keepalive: Math.max(1, Math.round(settings.keepAliveMs / 1_000)),
    reconnectPeriod: 0,
    connectTimeout: connectTimeoutMs,
    resubscribe: false,
    // Its cache of numbers takes 9 MB.
    writeCache: false,
    timerVariant: "native",
    autoAssignTopicAlias: true,
    log: () => {},
    ...(credentials.username !== undefined && { username: credentials.username }),
    ...(credentials.password !== undefined && { password: credentials.password }),
    ...(will && { will: willOf(will) }),
    properties: {
      sessionExpiryInterval: session.sessionExpirySeconds,
      receiveMaximum,
      topicAliasMaximum,
      maximumPacketSize: maxPacketBytes,
    },
  });
  return await openSession(client, { session, settings, signal, problem: () => broken });
}

function willOf({ topic, payload, retain = false, delaySeconds, expirySeconds }: Will) {
  return {
    topic,
    payload: Buffer.from(payload),
    qos: 1 as const,
    retain,
    properties: {
      willDelayInterval: delaySeconds,
      ...(expirySeconds !== undefined && { messageExpiryInterval: expirySeconds }),
    },
  };
}

async function openSession(
  client: MqttClient,
  { session, settings, signal, problem }: {
    readonly session: BrokerSession;
    readonly settings: BrokerSettings;
    readonly signal: AbortSignal;
    readonly problem: () => Error | undefined;
  },
): Promise<Connection> {
  let stage: ConnectionStage = "Session";
  let said: ConnectionLoss | undefined;
  let reference: string | undefined;
  let connack: IConnackPacket | undefined;
  const ended = Promise.withResolvers<ConnectionEnd>();
  const accepted = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();

  client.on("packetreceive", (packet: Packet) => {
    if (packet.cmd === "connack") connack = packet;
    if (packet.cmd !== "connack" && packet.cmd !== "disconnect") return;
    reference = packet.properties?.serverReference ?? reference;
    if (packet.cmd === "disconnect") said ??= disconnectProblem(packet);
  });
  client.on("error", (error) => {
    said ??= connectionProblem(error);
    // After bytes that are no packets the library would go on reading, and understand nothing more.
    client.stream.destroy();
  });
  client.on("connect", () => accepted.resolve());
  client.on("close", () => {
    const broken = problem();
    const why = said ?? connectionProblem(broken ?? new Error("the connection was lost"));
    ended.resolve({ ...why, reference });
  });

  // The library tells of a message's whole topic only here, just before it hands the message over.
  let topic = "";
  client.on("message", (whole) => topic = whole);
  client.handleMessage = ({ payload, retain }, done) => {
    const message = { topic, payload: new Uint8Array(bytesOf(payload)), retained: retain };
    // What the broker kept for the session comes before anything else is said.
    begun.promise.then(() => session.onMessage(message)).then(() => done(), () => done());
  };

  const onAbort = (): void => {
    said ??= connectionProblem(signal.reason);
    client.stream.destroy();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const failed = ended.promise.then((end) => {
    signal.removeEventListener("abort", onAbort);
    throw new ConnectionFailed({ stage, ...end });
  });
  failed.catch(() => {});
  await Promise.race([accepted.promise, failed]);
  stage = "Subscription";
  const subscribed = Promise.race([subscribe(client, session.subscriptions), failed]);
  subscribed.catch(() => {});
  const { properties, sessionPresent = false } = connack ?? {};
  const connection = connectionOf(client, {
    ended: ended.promise,
    sessionPresent,
    inFlight: properties?.receiveMaximum ?? 65_535,
    maxPayload: Math.min(
      settings.maxMessageBytes,
      (properties?.maximumPacketSize ?? Infinity) - overheadBytes,
    ),
  });
  return { ...connection, subscribed, begin: () => begun.resolve() };
}

function bytesOf(payload: string | Uint8Array): Uint8Array {
  return typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
}

function disconnectProblem(
  { reasonCode, properties }: IDisconnectPacket,
): ConnectionLoss {
  const known: Readonly<Record<number, string>> = {
    0x8b: "the broker is shutting down",
    0x8d: "the broker heard nothing of us for too long",
    0x8e: "somebody else connected under our name",
    0x93: "the broker says that we send too much at once",
    0x95: "the broker says that a message was too large",
    0x9c: "the broker sends us to another one for now",
    0x9d: "the broker has moved",
  };
  const words = properties?.reasonString;
  const code = reasonCode ?? 0;
  const reason = known[code] ??
    `the broker ended the connection with reason 0x${code.toString(16)}`;
  return { cause: causeOf(code), reason: words ? `${reason}: ${words}` : reason };
}

/** Even where the broker kept the session: what is subscribed may have changed, and subscribing again gives what is retained. */
async function subscribe(client: MqttClient, filters: readonly string[]): Promise<void> {
  if (filters.length === 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.subscribe([...filters], { qos: 1 }, (error) => error ? reject(error) : resolve());
  try {
    await promise;
  } catch (error) {
    client.stream.destroy();
    const { cause, reason: why } = connectionProblem(error);
    const reason = `it does not let us subscribe ${filters.join(", ")}: ${why}`;
    throw new ConnectionFailed({ stage: "Subscription", cause, reason }, { cause: error });
  }
}

function connectionOf(
  client: MqttClient,
  { ended, sessionPresent, inFlight, maxPayload }: {
    readonly ended: Promise<ConnectionEnd>;
    readonly sessionPresent: boolean;
    readonly inFlight: number;
    readonly maxPayload: number;
  },
): Omit<Connection, "subscribed" | "begin"> {
  const turns = slots(inFlight);
  const waiting = new Set<(error: Error) => void>();
  let lost: ConnectionEnd | undefined;
  // The library would send what was not answered over the next connection; here there is none.
  ended.then((end) => {
    lost = end;
    turns.close();
    for (const reject of waiting) reject(new Unavailable(end.reason));
  });

  async function publish(publication: Publication): Promise<void> {
    const { topic, payload } = publication;
    if (payload.length > maxPayload) {
      throw new Invalid(
        `a message of ${payload.length} bytes for ${topic} is larger than ${maxPayload}`,
      );
    }
    if (!(await turns.take()) || lost) throw new Unavailable(lost?.reason ?? "the connection ends");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(reject);
    client.publish(
      topic,
      Buffer.from(payload),
      optionsOf(publication),
      (error) => error ? reject(publishProblem(error, topic)) : resolve(),
    );
    try {
      await promise;
    } finally {
      waiting.delete(reject);
      turns.free();
    }
  }

  async function leave(): Promise<void> {
    turns.close();
    for (const reject of waiting) reject(new Unavailable("the connection ends"));
    // It would wait for their answers before it takes leave.
    for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id));
    client.end(false, {}, () => {});
    const timer = setTimeout(() => client.stream.destroy(), leaveTimeoutMs);
    await ended;
    clearTimeout(timer);
  }

  return { sessionPresent, maxPayload, ended, publish, leave };
}

function optionsOf({ retain = false, atMostOnce = false, expirySeconds }: Publication) {
  const properties = expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds };
  return { qos: atMostOnce ? 0 as const : 1 as const, retain, properties };
}
