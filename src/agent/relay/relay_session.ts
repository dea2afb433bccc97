/** The node at the broker, from taking over to handing back. */
import { minute, second } from "../../core/instant.ts";
import { type RelaySigner, relaySigner } from "../../core/relay/signature.ts";
import { nodeUser, relayTopic } from "../../core/relay/topics.ts";
import type { BrokerLink, BrokerState } from "../../ports/broker.ts";
import { createBell } from "../../ports/bell.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { Invalid, messageOf, PortError, Unavailable } from "../../ports/errors.ts";
import { createBatchSender } from "./batch_sender.ts";
import type { RelayDeps } from "./deps.ts";
import { createListener } from "./listener.ts";
import { nextSession } from "./session_number.ts";
import { createSpeaker, type Message } from "./speaker.ts";

/** How the session is, for people. */
export interface SessionView {
  /** "" while there is no connection. */
  readonly broker: string;
  /** Why there is none; "" while there is one. */
  readonly problem: string;
  readonly acknowledgedAt: number | null;
}

export type ShowSession = (view: SessionView) => void;

/** The bridge believes in a node for 25 minutes. */
const presenceMs = 10 * minute;
/** Records that come of one thing at one time; what follows later goes with the next batch. */
const gatherMs = 10;
const retryMs = 5 * second;
const sessionExpirySeconds = 3_600;
/** Who asks all the time is answered now and then. */
const answerMs = second;
/** A state is large, and who replays a wish for it is not to make it cost more. */
const stateMs = 10 * second;
const keptBytes = 1_024;

/**
 * Works until the signal aborts, and then takes leave: from now on the node tells the API server itself. Gives 0 then; else the session
 * that the next one has to surpass: what is said in this one is taken for old, or the node has another certificate. It needs a connection of
 * its own, for the will of this one would count for nothing.
 */
export async function relaySession(
  deps: RelayDeps,
  { above, show }: { readonly above: number; readonly show: ShowSession },
  signal: AbortSignal,
): Promise<number> {
  const { ports, settings, keeper, clock, metrics, tap, log } = deps;
  const bell = createBell(clock);
  let broker = "";
  let problem = "connecting";
  let presenceAt = 0;
  let nonce = "";
  let stateAt = 0;
  let stateToldAt = -Infinity;
  let sessionAbove = 0;
  const identity = await ports.identity();
  const signer = signerOf(identity);
  const session = await nextSession(deps, { now: clock.now(), above });
  const speaker = createSpeaker(deps, { session, signer });
  const sender = createBatchSender(deps, speaker);
  const listener = createListener(deps, {
    acknowledged(to, acknowledgement) {
      sender.acknowledged(to, acknowledgement);
      tell();
      bell.ring();
    },
    wished(wish) {
      if (wish.presence !== "") {
        nonce = wish.presence;
        presenceDue();
      }
      if (wish.state) stateAt = Math.min(stateAt, Math.max(0, stateToldAt + stateMs));
      sessionAbove = Math.max(sessionAbove, wish.sessionAbove);
      bell.ring();
    },
    stranger: presenceDue,
  });

  function presenceDue(): void {
    presenceAt = Math.min(presenceAt, clock.monotonic() + answerMs);
    bell.ring();
  }

  function tell(): void {
    show({ broker, problem, acknowledgedAt: sender.acknowledgedAt() });
  }

  function onState(state: BrokerState): void {
    const isConnected = state.kind === "Connected";
    broker = isConnected ? state.broker : "";
    problem = isConnected ? "" : `${state.broker}: ${state.reason}`;
    metrics.connected.set({}, isConnected ? 1 : 0);
    if (isConnected) log.info("Status goes over the broker", { broker });
    else log.warn("The broker is away, trying again", { problem });
    presenceAt = 0;
    sender.again();
    tell();
    bell.ring();
  }

  async function publish(link: BrokerLink, message: Message, kind: string): Promise<void> {
    await link.publish(message.publication);
    metrics.sent.inc({ kind });
    tap.published(message.publication);
  }

  async function present(link: BrokerLink): Promise<void> {
    const about = { bridges: listener.bridges(), nonce };
    await publish(link, speaker.presence("Relaying", about), "presence");
    presenceAt = clock.monotonic() + presenceMs;
  }

  async function tellState(link: BrokerLink): Promise<void> {
    stateAt = Infinity;
    stateToldAt = clock.monotonic();
    try {
      for (const message of speaker.state(link.maxPayload() - keptBytes)) {
        await publish(link, message, "state");
      }
    } catch (err) {
      // Over the next connection all of it; what the broker does not take it would not take then.
      if (err instanceof Unavailable) stateAt = 0;
      throw err;
    }
  }

  /** Bridges do not believe in the one that this session signs with when it has expired. */
  async function isCertificateReplaced(): Promise<boolean> {
    try {
      return (await ports.identity()).certificate !== identity.certificate;
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      log.debug("The node's certificate cannot be read", { err });
      return false;
    }
  }

  /** Gives how long there is nothing to do. */
  async function step(link: BrokerLink): Promise<number> {
    if (clock.monotonic() >= presenceAt) {
      if (await isCertificateReplaced()) {
        sessionAbove = Math.max(sessionAbove, session);
        return 0;
      }
      await present(link);
    }
    if (clock.monotonic() >= stateAt) await tellState(link);
    const wait = await sender.send(
      (message) => publish(link, message, "journal"),
      Math.min(link.maxPayload(), settings.maxMessageBytes),
    );
    return Math.min(wait, Math.max(0, Math.min(presenceAt, stateAt) - clock.monotonic()));
  }

  async function attempt(link: BrokerLink): Promise<number> {
    if (broker === "") return presenceMs;
    try {
      return await step(link);
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      // Of a connection that is lost the broker's link tells itself.
      if (!(err instanceof Unavailable)) {
        problem = messageOf(err);
        log.warn("The broker does not take a message", { err });
        tell();
      }
      return retryMs;
    }
  }

  const { cluster, nodeName: node } = settings;
  const link = (await ports.broker()).open({
    clientId: nodeUser(node),
    sessionExpirySeconds,
    will: () => speaker.will(),
    subscriptions: [relayTopic({ cluster, node, class: "down" })],
    onMessage: listener.hear,
    onState,
  });
  const gathering = new Set<{ cancel(): void }>();
  using _notice = keeper.onRecord(() => {
    if (gathering.size > 0) return;
    const timer = clock.after(gatherMs, () => {
      gathering.clear();
      bell.ring();
    });
    gathering.add(timer);
  });
  tell();
  try {
    while (!signal.aborted && sessionAbove < session) {
      await bell.wait(await attempt(link), signal);
    }
    if (!signal.aborted) return sessionAbove;
    await leave(link);
    return 0;
  } finally {
    for (const timer of gathering) timer.cancel();
    await link.close();
    metrics.connected.set({}, 0);
  }

  async function leave(link: BrokerLink): Promise<void> {
    if (broker === "") return;
    const about = { bridges: listener.bridges(), nonce };
    await publish(link, speaker.presence("Standby", about), "presence").catch((err) =>
      log.debug("The broker was not told of the node's return", { err })
    );
  }
}

/** Throws Invalid. */
function signerOf(identity: KeyPair): RelaySigner {
  const signer = relaySigner(identity);
  if (!signer.ok) throw new Invalid(`the node's client certificate: ${signer.error}`);
  return signer.value;
}
