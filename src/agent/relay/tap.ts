/** Shows what passes over the broker to those who look on; while nobody does, nothing is kept and nothing decoded. */
import { minute } from "../../core/instant.ts";
import type { MessageProblem } from "../../core/relay/message.ts";
import {
  type PassedMessage,
  type TappedMessage,
  tappedMessage,
} from "../../core/relay/tapped_message.ts";
import { createBell } from "../../ports/bell.ts";
import type { BrokerMessage, Publication } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import { createTapQueue } from "./tap_queue.ts";

export interface RelayTap {
  /** The broker has taken it. */
  published(publication: Publication): void;
  /** `problem`: why it was not believed; null where it was. */
  heard(message: BrokerMessage, problem: MessageProblem | null): void;
  /** What passes from the first step of the iteration on, until the signal aborts. */
  messages(signal: AbortSignal): AsyncIterable<TappedMessage>;
}

/** Of each reader: a board of 1 GB pays for it. */
const limits = { maxMessages: 256, maxBytes: 1 << 20 };
const idleMs = 10 * minute;

export function createRelayTap({ clock }: { readonly clock: Clock }): RelayTap {
  const readers = new Set<(message: PassedMessage) => void>();

  function pass(
    passed: Pick<Publication, "topic" | "payload">,
    about: Pick<PassedMessage, "direction" | "problem">,
  ): void {
    if (readers.size === 0) return;
    const { topic, payload } = passed;
    const message = { at: clock.now(), topic, payload, ...about };
    for (const give of readers) give(message);
  }

  async function* messages(signal: AbortSignal): AsyncGenerator<TappedMessage> {
    const queue = createTapQueue(limits);
    const bell = createBell(clock);
    const give = (message: PassedMessage): void => {
      queue.put(message);
      bell.ring();
    };
    readers.add(give);
    try {
      while (!signal.aborted) {
        const taken = queue.take();
        // Decoded only now: what is dropped for a slow reader costs nothing.
        if (taken !== null) yield tappedMessage(taken);
        else await bell.wait(idleMs, signal);
      }
    } finally {
      readers.delete(give);
    }
  }

  return {
    published: (publication) => pass(publication, { direction: "up", problem: null }),
    heard: (message, problem) => pass(message, { direction: "down", problem }),
    messages,
  };
}
