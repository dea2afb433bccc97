/** Asks a node for its whole state until that has come: what the API server shows may have been changed by others meanwhile. */
import { minute, second } from "../core/instant.ts";
import type { MessageNumber } from "../core/relay/envelope.ts";
import type { Clock } from "../ports/clock.ts";
import type { Answers } from "./answers.ts";

export interface StateQuestion {
  /** The state is needed from now on. */
  need(): void;
  /** Where it is needed; rarer while nothing comes, for a state is large and links are slow. */
  ask(to: MessageNumber): Promise<void>;
  /** It has come. */
  answered(): void;
}

export interface StateQuestionDeps {
  readonly clock: Pick<Clock, "monotonic">;
  readonly answers: Pick<Answers, "wish">;
}

const shortestPauseMs = 20 * second;
const longestPauseMs = 10 * minute;

export function createStateQuestion({ clock, answers }: StateQuestionDeps): StateQuestion {
  let isNeeded = false;
  let mayAskAt = -Infinity;
  let pauseMs = shortestPauseMs;
  return {
    need: () => void (isNeeded = true),
    async ask(to) {
      if (!isNeeded || clock.monotonic() < mayAskAt) return;
      mayAskAt = clock.monotonic() + pauseMs;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      await answers.wish(to, { state: true });
    },
    answered() {
      isNeeded = false;
      pauseMs = shortestPauseMs;
    },
  };
}
