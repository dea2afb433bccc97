/** Hears what bridges say to the node, and believes those that an authority vouches for. */
import type { MessageNumber } from "../../core/relay/envelope.ts";
import { isOfKnown, type KnownBridges, withBridge } from "../../core/relay/known_bridges.ts";
import {
  bodyOf,
  type MessageProblem,
  readEnvelope,
  type ReceivedEnvelope,
} from "../../core/relay/message.ts";
import {
  type Acknowledgement,
  parseAcknowledgement,
  parseWish,
  type Wish,
} from "../../core/relay/messages.ts";
import { type Authorities, authoritiesOf } from "../../core/x509/client_chain.ts";
import type { BrokerMessage } from "../../ports/broker.ts";
import { messageOf } from "../../ports/errors.ts";
import type { RelayDeps } from "./deps.ts";

export interface Heard {
  acknowledged(to: MessageNumber, acknowledgement: Acknowledgement): void;
  wished(wish: Wish): void;
  /** A bridge speaks that has not said who it is. */
  stranger(): void;
}

export interface Listener {
  /** Never rejects. */
  hear(message: BrokerMessage): Promise<void>;
  /** Fingerprints of the certificates of bridges that are believed. */
  bridges(): readonly string[];
}

export type ListenerDeps = Pick<
  RelayDeps,
  "ports" | "settings" | "clock" | "metrics" | "tap" | "log"
>;

/** Why a message is dropped; null for one that is believed. */
type Verdict = MessageProblem | null;

export function createListener(
  { ports, settings: { cluster, nodeName }, clock, metrics, tap, log }: ListenerDeps,
  heard: Heard,
): Listener {
  let known: KnownBridges = new Map();

  function drop(problem: MessageProblem): void {
    metrics.dropped.inc({ problem });
    log.debug("A message is not believed", { problem });
  }

  async function authorities(): Promise<Authorities> {
    try {
      return authoritiesOf(await ports.bridgeAuthorities());
    } catch (err) {
      log.warn("The authorities of bridges cannot be read", { err: messageOf(err) });
      return [];
    }
  }

  async function introduced({ envelope }: ReceivedEnvelope): Promise<Verdict> {
    const next = withBridge(known, envelope, {
      authorities: await authorities(),
      now: clock.now(),
    });
    if (!next.ok) return next.error;
    known = next.value;
    return null;
  }

  function said({ envelope }: ReceivedEnvelope): Verdict {
    if (!isOfKnown(known, envelope)) {
      heard.stranger();
      return "UnknownSender";
    }
    const body = bodyOf(envelope);
    if (!body.ok) return body.error;
    if (envelope.kind === "wish") {
      const wish = parseWish(body.value);
      if (!wish.ok) return wish.error;
      heard.wished(wish.value);
      return null;
    }
    const acknowledgement = parseAcknowledgement(body.value);
    if (!acknowledgement.ok) return acknowledgement.error;
    heard.acknowledged(envelope, acknowledgement.value);
    return null;
  }

  async function judge(message: BrokerMessage): Promise<Verdict> {
    const read = readEnvelope(message);
    if (!read.ok) return read.error;
    const { topic, envelope } = read.value;
    if (topic.cluster !== cluster || topic.node !== nodeName || topic.class !== "down") {
      return "WrongTopic";
    }
    return envelope.kind === "introduction" ? await introduced(read.value) : said(read.value);
  }

  return {
    async hear(message) {
      const problem = await judge(message);
      if (problem !== null) drop(problem);
      tap.heard(message, problem);
    },
    bridges: () => [...known.keys()],
  };
}
