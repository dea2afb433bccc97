/** One node as a bridge knows it: its messages one after another, and its heartbeat. */
import {
  doubted,
  type Drop,
  heard,
  isProofDue,
  isRelaying,
  type KnownNode,
  type NodeSession,
  unknownNode,
} from "../core/bridge/session.ts";
import type { EndOfRelaying } from "../core/bridge/relayed_status.ts";
import { second } from "../core/instant.ts";
import { bodyOf, isEnvelopeOf, type ReceivedEnvelope } from "../core/relay/message.ts";
import { parseBatch, parseStatePart } from "../core/relay/messages.ts";
import { placeAfter } from "../core/relay/order.ts";
import type { MessageNumber } from "../core/relay/envelope.ts";
import type { BrokerLink } from "../ports/broker.ts";
import { NotFound, Unauthorized, Unavailable } from "../ports/errors.ts";
import { type Answers, createAnswers } from "./answers.ts";
import { writeBatch, writeState } from "./batch_writer.ts";
import { createClonedEvent } from "./cloned_event.ts";
import type { BridgeDeps } from "./deps.ts";
import { createNodeLease } from "./node_lease.ts";
import { createObjectWriter } from "./object_writer.ts";
import { createPresenceQuestion } from "./presence_question.ts";
import { createRelayedMark } from "./relayed_mark.ts";
import { createStateQuestion } from "./state_question.ts";

export type RelayState = "Relaying" | "Standby" | "Gone" | "Unknown";

type Mark = EndOfRelaying | "Relayed";

export interface NodeRelay {
  /** A message of the node, of which nothing is believed yet. Never rejects. */
  receive(message: ReceivedEnvelope): Promise<void>;
  /** Time for a heartbeat; gives in how many milliseconds the next one is due. Never rejects. */
  beat(): Promise<number>;
  /** The broker may have missed that the node is gone: it is to prove that it is there. */
  doubt(): Promise<void>;
  state(): RelayState;
}

export type NodeRelayDeps = BridgeDeps & {
  readonly node: string;
  readonly link: Pick<BrokerLink, "publish">;
  /** Whether this bridge is the one that does what only one may. */
  readonly isOwner: () => boolean;
  /** The node has begun to relay, or ended: a heartbeat is due. */
  readonly onTurn: () => void;
};

export function createNodeRelay(deps: NodeRelayDeps): NodeRelay {
  const { node, clock, metrics } = deps;
  const log = deps.log.with({ node });
  const writer = createObjectWriter(deps);
  const lease = createNodeLease(deps);
  const mark = createRelayedMark(deps);
  const cloned = createClonedEvent({ ...deps, log });
  const answers: Answers = createAnswers(deps);
  const question = createPresenceQuestion({ ...deps, answers });
  const stateQuestion = createStateQuestion({ clock, answers });
  let known: KnownNode = unknownNode;
  /** What this bridge has marked the Node with last; undefined before the first time, and when another one may have marked it since. */
  let marked: Mark | undefined;
  let turn: Promise<void> = Promise.resolve();

  /** One thing after another. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn.then(() => attempt(work));
    return turn;
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      if (err instanceof NotFound) log.debug("The cluster knows no such node", { err });
      else if (err instanceof Unavailable || err instanceof Unauthorized) {
        log.debug("The API server cannot be asked now", { err });
      } else log.error("What a node has told cannot be written", { err });
    }
  }

  function drop({ envelope }: ReceivedEnvelope, problem: string): void {
    metrics.dropped.inc({ problem });
    deps.dropped({ node, topic: envelope.topic, problem });
  }

  /** Whoever does not know us believes nothing that we say. */
  async function askStranger(to: MessageNumber, sessionAbove = 0): Promise<void> {
    answers.knows([]);
    await question.ask(to, sessionAbove);
  }

  async function presence(message: ReceivedEnvelope): Promise<void> {
    const hearing = {
      authorities: deps.authorities(),
      now: clock.now(),
      monotonic: clock.monotonic(),
      nonce: question.nonce(),
    };
    const before = known;
    const next = heard(known, message, hearing);
    if (!next.ok) return await notHeard(message, next.error);
    known = next.value;
    metrics.messages.inc({ kind: "presence" });
    const { session } = known;
    if (session === null) return;
    answers.knows(session.bridges);
    if (isRelaying(known, hearing) !== isRelaying(before, hearing)) deps.onTurn();
    await proven(session);
    if (session.state === "Relaying") return;
    const end = endOf(session);
    if (end !== null) await markAs(end);
  }

  /** What is retained may be old, and what was said may be lost: the node is asked until it answers. */
  async function proven(session: NodeSession): Promise<void> {
    if (isProofDue(session, { monotonic: clock.monotonic() })) await question.ask(session);
    else question.answered();
  }

  async function notHeard(message: ReceivedEnvelope, { problem, sessionAbove, clone }: Drop) {
    if (problem === "Known") return;
    drop(message, problem);
    // Every bridge hears of it: one of them tells it.
    if (clone !== undefined && deps.isOwner()) await cloned.heard(clone);
    if (sessionAbove > 0) await askStranger(message.envelope, sessionAbove);
  }

  /** Of the session that is heard of; else the node is asked who it is. */
  async function verified(message: ReceivedEnvelope): Promise<boolean> {
    const { envelope } = message;
    const { session } = known;
    if (session === null || envelope.session > session.session) {
      drop(message, "UnknownSender");
      await askStranger(envelope);
      return false;
    }
    const problem = !isEnvelopeOf(session.certificate, envelope)
      ? "BadSignature"
      : envelope.session < session.session
      ? "Replayed"
      : session.state !== "Relaying"
      ? "NotRelaying"
      : null;
    if (problem !== null) drop(message, problem);
    return problem === null;
  }

  async function journal(message: ReceivedEnvelope): Promise<void> {
    if (!await verified(message)) return;
    const { envelope } = message;
    const { last } = await lease.mark();
    const place = placeAfter(envelope, { last });
    if (place === "Old") {
      drop(message, "Replayed");
      const isBehind = last !== null && envelope.session < last.session;
      return isBehind ? await askStranger(envelope, last.session) : undefined;
    }
    const body = bodyOf(envelope);
    const batch = body.ok ? parseBatch(body.value, { bootId: known.session?.bootId ?? "" }) : body;
    if (!batch.ok) return drop(message, "Malformed");
    metrics.messages.inc({ kind: "journal" });
    const written = await writeBatch(batch.value.records, { ...deps, log, writer });
    if (place === "Next") await lease.note(({ last: now }) => ({ last: newest(now, envelope) }));
    await answers.acknowledge(envelope, written);
  }

  async function statePart(message: ReceivedEnvelope): Promise<void> {
    if (!await verified(message) || !deps.isOwner()) return;
    const { envelope } = message;
    const body = bodyOf(envelope);
    const part = body.ok ? parseStatePart(body.value) : body;
    if (!part.ok) return drop(message, "Malformed");
    const first = { session: envelope.session, counter: part.value.first };
    const { last, state } = await lease.mark();
    const isOld = placeAfter(first, { last }) !== "Next" ||
      placeAfter(first, { last: state }) === "Old";
    // Retained states come with every connection: that one is old is no attack.
    if (isOld) return;
    metrics.messages.inc({ kind: "state" });
    if (!await writeState(part.value.objects, { writer, log })) return;
    stateQuestion.answered();
    if (placeAfter(first, { last: state }) === "Next") await lease.note(() => ({ state: first }));
  }

  /** Another owner may mark the Node otherwise. */
  function isOwner(): boolean {
    const isIt = deps.isOwner();
    if (!isIt) marked = undefined;
    return isIt;
  }

  async function markAs(as: Mark): Promise<void> {
    if (!isOwner() || marked === as) return;
    await mark.set(as === "Relayed" ? null : as);
    marked = as;
  }

  async function beat(): Promise<void> {
    const { session } = known;
    if (session === null) return;
    if (session.state === "Relaying") await proven(session);
    if (isRelaying(known, { monotonic: clock.monotonic() })) return await keepAlive(session);
    // The bridge that it was said to may be gone.
    const end = endOf(session);
    if (end !== null) await markAs(end);
  }

  async function keepAlive(session: NodeSession): Promise<void> {
    if (!isOwner()) return;
    const renewal = await lease.renew();
    if (renewal === "Direct") return await markAs("NodeReportsItself");
    if (renewal === "Unsure") return;
    if (marked !== "Relayed" || renewal === "Late") stateQuestion.need();
    await markAs("Relayed");
    await stateQuestion.ask(session);
  }

  return {
    receive: (message) =>
      inTurn(() => {
        switch (message.topic.class) {
          case "presence":
            return presence(message);
          case "journal":
            return journal(message);
          case "state":
            return statePart(message);
          // What bridges say is for nodes.
          case "down":
            return Promise.resolve();
        }
      }),
    async beat() {
      await inTurn(beat);
      return isRelaying(known, { monotonic: clock.monotonic() }) ? lease.nextMs() : idleMs;
    },
    doubt: () =>
      inTurn(() => {
        known = doubted(known, { monotonic: clock.monotonic() });
        return Promise.resolve();
      }),
    state: () => known.session?.state ?? "Unknown",
  };
}

/** Of a node that does not relay: somebody else may have become its owner. */
const idleMs = 20 * second;

/** Of a session that does not relay; null where nothing is known of the node. */
function endOf({ state, provenAt }: NodeSession): EndOfRelaying | null {
  switch (state) {
    case "Standby":
      return "NodeReportsItself";
    case "Gone":
      return "NodeGone";
    // It has been silent for too long: nobody knows whether it is there.
    case "Relaying":
      return provenAt === null ? null : "NodeGone";
  }
}

function newest(one: MessageNumber | null, { session, counter }: MessageNumber): MessageNumber {
  const other = { session, counter };
  return one !== null && placeAfter(one, { last: other }) === "Next" ? one : other;
}
