/** Hears what bridges say to the node, and believes those that an authority vouches for. */
import type { MessageNumber } from "../../core/relay/envelope.ts";
import { isOfKnown, type KnownBridges, withBridge } from "../../core/relay/known_bridges.ts";
import { bodyOf, readEnvelope, type ReceivedEnvelope } from "../../core/relay/message.ts";
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

export type ListenerDeps = Pick<RelayDeps, "ports" | "settings" | "clock" | "metrics" | "log">;

export function createListener(
  { ports, settings: { cluster, nodeName }, clock, metrics, log }: ListenerDeps,
  heard: Heard,
): Listener {
  let known: KnownBridges = new Map();

  function drop(problem: string): void {
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

  async function introduced({ envelope }: ReceivedEnvelope): Promise<void> {
    const next = withBridge(known, envelope, {
      authorities: await authorities(),
      now: clock.now(),
    });
    if (next.ok) known = next.value;
    else drop(next.error);
  }

  function said({ envelope }: ReceivedEnvelope): void {
    if (!isOfKnown(known, envelope)) {
      drop("UnknownSender");
      return heard.stranger();
    }
    const body = bodyOf(envelope);
    if (!body.ok) return drop(body.error);
    if (envelope.kind === "wish") {
      const wish = parseWish(body.value);
      return wish.ok ? heard.wished(wish.value) : drop(wish.error);
    }
    const acknowledgement = parseAcknowledgement(body.value);
    if (!acknowledgement.ok) return drop(acknowledgement.error);
    heard.acknowledged(envelope, acknowledgement.value);
  }

  return {
    async hear(message) {
      const read = readEnvelope(message);
      if (!read.ok) return drop(read.error);
      const { topic, envelope } = read.value;
      if (topic.cluster !== cluster || topic.node !== nodeName || topic.class !== "down") {
        return drop("WrongTopic");
      }
      if (envelope.kind === "introduction") await introduced(read.value);
      else said(read.value);
    },
    bridges: () => [...known.keys()],
  };
}
