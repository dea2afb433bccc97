/** Asks a node to say that it is there, with a nonce by which the answer proves to be new. */
import { minute, second } from "../core/instant.ts";
import type { MessageNumber } from "../core/relay/envelope.ts";
import type { Answers } from "./answers.ts";
import type { BridgeDeps } from "./deps.ts";

export interface PresenceQuestion {
  /** What the node was asked to say last; "" before that, and when it has said it: what it says later may be held back by the broker. */
  nonce(): string;
  /**
   * Not more often than every few seconds, and rarer while nothing is answered: who floods a bridge does not make it flood the node.
   * `sessionAbove` as in a wish.
   */
  ask(to: MessageNumber, sessionAbove?: number): Promise<void>;
  /** The node has proven that it is there. */
  answered(): void;
}

export type PresenceQuestionDeps = Pick<BridgeDeps, "clock" | "random"> & {
  readonly answers: Pick<Answers, "wish">;
};

const shortestPauseMs = 5 * second;
const longestPauseMs = 2 * minute;

export function createPresenceQuestion(
  { clock, random, answers }: PresenceQuestionDeps,
): PresenceQuestion {
  let nonce = "";
  let mayAskAt = -Infinity;
  let pauseMs = shortestPauseMs;
  return {
    nonce: () => nonce,
    async ask(to, sessionAbove = 0) {
      if (clock.monotonic() < mayAskAt) return;
      mayAskAt = clock.monotonic() + pauseMs;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      nonce = randomText(random);
      await answers.wish(to, { presence: nonce, sessionAbove });
    },
    answered() {
      nonce = "";
      pauseMs = shortestPauseMs;
    },
  };
}

function randomText(random: { fraction(): number }): string {
  return Array.from({ length: 4 }, () => Math.floor(random.fraction() * 2 ** 32).toString(36)).join(
    "",
  );
}
