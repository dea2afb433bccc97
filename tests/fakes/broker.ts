/** A message broker in memory: retained messages, sessions that wait, wills, shared subscriptions, rights of deploy/broker/acl. */
import type {
  Broker,
  BrokerLink,
  BrokerMessage,
  BrokerSession,
  Publication,
  Will,
} from "../../src/ports/broker.ts";
import type { Clock, Timer } from "../../src/ports/clock.ts";
import { Forbidden, Invalid, Unavailable } from "../../src/ports/errors.ts";

/** The broker, and what a test does to it. */
export interface FakeBroker {
  /** Brokers as somebody with this common name has them. */
  as(commonName: string): Broker;
  /** Breaks the connections of somebody; with `away` they stay broken until {@linkcode mend}. */
  cut(commonName: string, options?: { readonly away?: boolean }): void;
  mend(commonName: string): void;
  stop(): void;
  start(): void;
  /** All that was published, in order. */
  readonly published: readonly Publication[];
  readonly retained: ReadonlyMap<string, Publication>;
}

export interface FakeBrokerOptions {
  readonly clock: Pick<Clock, "after">;
  readonly maxMessageBytes?: number;
}

/** What the broker keeps of a client, connected or not. */
interface Kept {
  filters: readonly string[];
  readonly queue: BrokerMessage[];
  connection: Connected | null;
  will: Timer | undefined;
}

interface Connected {
  readonly commonName: string;
  readonly session: BrokerSession;
  readonly will: Will | undefined;
  isBusy: boolean;
}

export function fakeBroker({ clock, maxMessageBytes = 65_536 }: FakeBrokerOptions): FakeBroker {
  const kept = new Map<string, Kept>();
  const links = new Map<BrokerLink, { commonName: string; connect(): Promise<void> }>();
  const retained = new Map<string, Publication>();
  const published: Publication[] = [];
  const cutOff = new Set<string>();
  let isUp = true;
  let turn = 0;

  function deliver(publication: Publication): void {
    published.push(publication);
    const { topic, payload, retain = false, atMostOnce = false } = publication;
    if (retain && payload.length > 0) retained.set(topic, publication);
    if (retain && payload.length === 0) retained.delete(topic);
    for (const client of receivers(topic)) {
      if (atMostOnce && client.connection === null) continue;
      client.queue.push({ topic, payload, retained: false });
      pump(client);
    }
  }

  /** Of a shared subscription one of those that are connected, else one of all. */
  function receivers(topic: string): ReadonlySet<Kept> {
    const own = new Set<Kept>();
    const groups = new Map<string, Kept[]>();
    for (const client of kept.values()) {
      for (const filter of client.filters) {
        const { group, pattern } = shared(filter);
        if (!matches(pattern, topic)) continue;
        if (group === null) own.add(client);
        else groups.set(filter, [...groups.get(filter) ?? [], client]);
      }
    }
    for (const members of groups.values()) {
      const living = members.filter(({ connection }) => connection !== null);
      const choice = living.length > 0 ? living : members;
      own.add(choice[turn++ % choice.length]!);
    }
    return own;
  }

  function pump(client: Kept): void {
    const { connection } = client;
    const message = client.queue[0];
    if (connection === null || connection.isBusy || message === undefined) return;
    connection.isBusy = true;
    queueMicrotask(async () => {
      if (client.connection !== connection) return;
      await connection.session.onMessage(message);
      if (client.connection !== connection) return;
      client.queue.shift();
      connection.isBusy = false;
      pump(client);
    });
  }

  function lose(client: Kept): void {
    const { connection } = client;
    client.connection = null;
    const will = connection?.will;
    if (!will) return;
    const publish = (): void => deliver(will);
    if (will.delaySeconds === 0) publish();
    else client.will = clock.after(will.delaySeconds * 1_000, publish);
  }

  function open(commonName: string, session: BrokerSession): BrokerLink {
    let isClosed = false;
    let own: Connected | undefined;
    const client = (): Kept | undefined => kept.get(session.clientId);
    const isConnected = (): boolean => own !== undefined && client()?.connection === own;

    async function connect(): Promise<void> {
      const will = await session.will?.();
      if (isClosed || isConnected()) return;
      if (!isUp || cutOff.has(commonName)) {
        return session.onState({ kind: "Away", broker: "fake", reason: "connection refused" });
      }
      const before = client();
      const state: Kept = before ?? { filters: [], queue: [], connection: null, will: undefined };
      state.will?.cancel();
      own = { commonName, session, will, isBusy: false };
      state.connection = own;
      state.filters = session.subscriptions;
      kept.set(session.clientId, state);
      for (const [topic, { payload }] of retained) {
        const wanted = session.subscriptions.some((filter) => matches(filter, topic));
        if (wanted) state.queue.push({ topic, payload, retained: true });
      }
      session.onState({ kind: "Connected", broker: "fake", sessionPresent: before !== undefined });
      pump(state);
    }

    const link: BrokerLink = {
      publish(publication) {
        const { topic, payload } = publication;
        const refuse = (error: Error): Promise<void> => Promise.reject(error);
        if (!isConnected()) return refuse(new Unavailable("no message broker"));
        if (payload.length > maxMessageBytes) return refuse(new Invalid(`${topic}: too large`));
        if (!mayWrite(commonName, topic)) return refuse(new Forbidden(`${topic}: not authorized`));
        deliver({ ...publication, payload: payload.slice() });
        return Promise.resolve();
      },
      maxPayload: () => maxMessageBytes,
      close() {
        isClosed = true;
        links.delete(link);
        const state = client();
        if (isConnected() && state) state.connection = null;
        return Promise.resolve();
      },
    };
    links.set(link, { commonName, connect });
    void connect();
    return link;
  }

  function breakAll(isMeant: (commonName: string) => boolean, { wills }: { wills: boolean }): void {
    for (const client of kept.values()) {
      const { connection } = client;
      if (connection === null || !isMeant(connection.commonName)) continue;
      if (wills) lose(client);
      else client.connection = null;
      connection.session.onState({ kind: "Away", broker: "fake", reason: "connection lost" });
    }
  }

  function reconnect(isMeant: (commonName: string) => boolean): void {
    for (const { commonName, connect } of links.values()) if (isMeant(commonName)) void connect();
  }

  return {
    as: (commonName) => ({ open: (session) => open(commonName, session) }),
    cut(commonName, { away = false } = {}) {
      const isMeant = (name: string): boolean => name === commonName;
      if (away) cutOff.add(commonName);
      breakAll(isMeant, { wills: true });
      if (!away) reconnect(isMeant);
    },
    mend(commonName) {
      cutOff.delete(commonName);
      reconnect((name) => name === commonName);
    },
    stop() {
      isUp = false;
      breakAll(() => true, { wills: false });
    },
    start() {
      isUp = true;
      reconnect(() => true);
    },
    published,
    retained,
  };
}

/** A shared subscription gives nothing that was retained, as in MQTT: its filter matches no topic. */
function shared(filter: string): { readonly group: string | null; readonly pattern: string } {
  const [, group, pattern] = /^\$share\/([^/]+)\/(.+)$/.exec(filter) ?? [];
  return group && pattern ? { group, pattern } : { group: null, pattern: filter };
}

function matches(filter: string, topic: string): boolean {
  const levels = topic.split("/");
  const wanted = filter.split("/");
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (level !== "+" && level !== levels[index]) return false;
    if (index >= levels.length) return false;
  }
  return wanted.length === levels.length;
}

/** As deploy/broker/acl. */
function mayWrite(commonName: string, topic: string): boolean {
  const [, , , node, what] = topic.split("/");
  if (commonName === "skerry-bridge") return what === "down";
  return node === commonName && ["presence", "state", "journal"].includes(what ?? "");
}
