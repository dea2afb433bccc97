/** The bridge between a message broker and the API server: nodes that reach only the broker are written for. */
import { second } from "../core/instant.ts";
import { readEnvelope } from "../core/relay/message.ts";
import { relayFilter, sharedFilter } from "../core/relay/topics.ts";
import type { Broker, BrokerLink, BrokerMessage, BrokerState } from "../ports/broker.ts";
import type { Timer } from "../ports/clock.ts";
import { createTurns } from "../ports/turns.ts";
import { waited } from "../ports/waited.ts";
import type { BridgeDeps, DroppedMessage } from "./deps.ts";
import { createMembership } from "./membership.ts";
import { createNodeRelay, type NodeRelay, type RelayState } from "./node_relay.ts";

export interface Bridge {
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Why it cannot do its work now; null while it can. */
  problem(): string | null;
}

export type BridgeOptions = BridgeDeps & {
  readonly broker: Broker;
  /** Where bridges keep their Leases. */
  readonly namespace: string;
};

/** Of the shared subscription. */
const group = "skerry-bridge";
const countMs = 5 * second;
const idleMs = 20 * second;
const authoritiesMs = second;
/** By how much the time between beats may vary. */
const jitter = 0.1;
/** How many messages are worked at side by side; others wait at the broker. */
const sideBySide = 32;
/** Nodes of which nothing can be believed yet take memory as well. */
const mostNodes = 100_000;
const states: readonly RelayState[] = ["Relaying", "Standby", "Gone", "Unknown"];

export function createBridge(options: BridgeOptions): Bridge {
  const { clock, random, cluster, name, broker, metrics, log } = options;
  const members = createMembership(options);
  const relays = new Map<string, NodeRelay>();
  /** Nodes of which something came since their last beat. */
  const heardOf = new Set<string>();
  const timers = new Map<string, Timer>();
  const turns = createTurns(sideBySide);
  const always = new AbortController().signal;
  let link: BrokerLink | null = null;
  let isClosed = false;
  let problem: string | null = "the authorities of the nodes' certificates are not known yet";

  function relayOf(node: string): NodeRelay | null {
    const known = relays.get(node);
    if (known !== undefined || link === null || relays.size >= mostNodes) return known ?? null;
    const isOwner = (): boolean => members.isOwnerOf(node);
    const onTurn = (): void => beatAfter(node, 0);
    const relay = createNodeRelay({ ...options, node, link, isOwner, onTurn });
    relays.set(node, relay);
    beatAfter(node, idleMs);
    return relay;
  }

  function dropped(message: DroppedMessage): void {
    metrics.dropped.inc({ problem: message.problem });
    options.dropped(message);
  }

  /** Resolves when there is room for the next one. */
  async function take(message: BrokerMessage): Promise<void> {
    // A retained message that is taken away.
    if (message.payload.length === 0) return;
    const read = readEnvelope(message);
    if (!read.ok || read.value.topic.cluster !== cluster) {
      const problem = read.ok ? "WrongTopic" : read.error;
      return dropped({ node: "", topic: message.topic, problem });
    }
    const { node } = read.value.topic;
    const relay = relayOf(node);
    if (relay === null) return dropped({ node, topic: message.topic, problem: "TooManyNodes" });
    heardOf.add(node);
    const end = await turns.take(always);
    void relay.receive(read.value).finally(end);
  }

  function onState(state: BrokerState): void {
    const isConnected = state.kind === "Connected";
    metrics.brokerConnected.set({}, isConnected ? 1 : 0);
    problem = isConnected ? null : `${state.broker}: ${state.reason}`;
    if (isConnected) { for (const relay of relays.values()) void relay.doubt(); }
    if (isConnected) log.info("Connected to the broker", { broker: state.broker });
    else log.warn("The broker is away, trying again", { problem });
  }

  async function counting(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const counts = Map.groupBy(relays.values(), (relay) => relay.state());
      for (const state of states) metrics.nodes.set({ state }, counts.get(state)?.length ?? 0);
      await waited(clock, countMs, signal);
    }
  }

  function beatAfter(node: string, ms: number): void {
    timers.get(node)?.cancel();
    if (!isClosed) timers.set(node, clock.after(ms, () => void beat(node)));
  }

  async function beat(node: string): Promise<void> {
    // Before messages: who floods the bridge makes no other node look dead.
    const end = await turns.take(always, { rank: 1 });
    try {
      const relay = relays.get(node);
      const ms = await relay?.beat() ?? idleMs;
      const isHeardOf = heardOf.delete(node);
      if (!isHeardOf && relay?.state() === "Unknown") return forget(node);
      // Sooner by chance, so that the API server is asked evenly.
      beatAfter(node, ms * (1 - jitter * random.fraction()));
    } finally {
      end();
    }
  }

  /** Nothing of it was believed: names cost a broker nothing. */
  function forget(node: string): void {
    relays.delete(node);
    timers.get(node)?.cancel();
    timers.delete(node);
  }

  function close(): void {
    isClosed = true;
    for (const timer of timers.values()) timer.cancel();
    timers.clear();
  }

  /** The broker gives what it has kept but once: who believes nobody yet would lose it. */
  async function untilBelieving(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && options.authorities().length === 0) {
      await waited(clock, authoritiesMs, signal);
    }
  }

  return {
    async run(signal) {
      const working = Promise.all([members.run(signal), counting(signal)]);
      await untilBelieving(signal);
      if (!signal.aborted) connect();
      await working;
      close();
      await link?.close();
    },
    problem: () => problem,
  };

  function connect(): void {
    problem = "the broker has not answered yet";
    link = broker.open({
      clientId: `${name}-${cluster}`,
      sessionExpirySeconds: 3_600,
      subscriptions: [
        relayFilter({ cluster, class: "presence" }),
        relayFilter({ cluster, class: "state" }),
        sharedFilter(group, relayFilter({ cluster, class: "journal" })),
      ],
      onMessage: take,
      onState,
    });
  }
}
