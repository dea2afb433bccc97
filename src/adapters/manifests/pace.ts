/** Keeps a file that is written to all the time from taking up the processor. */
import type { Clock } from "../../ports/clock.ts";

/** So many turns within so many milliseconds are taken at full speed; then each waits. */
const burst = 50;
const burstMs = 1_000;
const restMs = 200;

export interface Pace {
  /** Resolves at once, or after a rest when there were too many turns of late; at once, too, when the signal aborts. */
  rest(signal: AbortSignal): Promise<void>;
}

export function createPace(clock: Pick<Clock, "monotonic" | "sleep">): Pace {
  let turns: readonly number[] = [];

  async function rest(signal: AbortSignal): Promise<void> {
    const now = clock.monotonic();
    turns = [...turns.filter((at) => now - at < burstMs), now];
    if (turns.length <= burst || signal.aborted) return;
    try {
      await clock.sleep(restMs, signal);
    } catch (err) {
      if (!signal.aborted) throw err;
    }
  }

  return { rest };
}
