/** What a bridge says to a node. */
import { type MessageKind, type MessageNumber } from "../core/relay/envelope.ts";
import { signedMessage } from "../core/relay/message.ts";
import {
  type Acknowledgement,
  acknowledgementBody,
  introductionBody,
  type Wish,
  wishBody,
} from "../core/relay/messages.ts";
import { relayTopic } from "../core/relay/topics.ts";
import { PortError } from "../ports/errors.ts";
import type { BrokerLink } from "../ports/broker.ts";
import type { BridgeDeps } from "./deps.ts";

export interface Answers {
  /** The batch with this number is written. */
  acknowledge(to: MessageNumber, acknowledgement: Acknowledgement): Promise<void>;
  wish(to: MessageNumber, wish: Partial<Wish>): Promise<void>;
  /** Which bridges the node knows already, by their certificates' fingerprints. */
  knows(bridges: readonly string[]): void;
}

export type AnswersDeps = Pick<BridgeDeps, "cluster" | "signer" | "log"> & {
  readonly node: string;
  readonly link: Pick<BrokerLink, "publish">;
};

export function createAnswers({ cluster, node, signer, link, log }: AnswersDeps): Answers {
  const topic = relayTopic({ cluster, node, class: "down" });
  /** Fingerprints of certificates that the node knows: ours may be replaced. */
  let known: readonly string[] = [];

  /**
   * At most once: what is lost is asked for again, and said again. To wait for the broker's answers would be to wait for all that the
   * broker sends before them, which may wait for us.
   */
  async function say(kind: MessageKind, to: MessageNumber, body: unknown): Promise<void> {
    const { session, counter } = to;
    const payload = signedMessage({ topic, kind, session, counter }, { body, signer });
    await link.publish({ topic, payload, atMostOnce: true });
  }

  /** Once: a node that has lost it says its presence anew, and whom it knows. */
  async function introduce(to: MessageNumber): Promise<void> {
    const { fingerprint } = signer;
    if (known.includes(fingerprint)) return;
    await say("introduction", to, introductionBody(signer));
    known = [...known, fingerprint];
  }

  /** What is not heard is asked for once more by the node. */
  async function answer(kind: MessageKind, to: MessageNumber, body: unknown): Promise<void> {
    try {
      await introduce(to);
      await say(kind, to, body);
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      log.debug("A node cannot be answered now", { node, kind, err });
    }
  }

  return {
    acknowledge: (to, acknowledgement) =>
      answer("acknowledgement", to, acknowledgementBody(acknowledgement)),
    wish: (to, { presence = "", state = false, sessionAbove = 0 }) =>
      answer("wish", to, wishBody({ presence, state, sessionAbove })),
    knows: (bridges) => void (known = bridges),
  };
}
