/** Does something again and again until told to stop. */
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { waited } from "../ports/waited.ts";

/** A failure of one round is logged and does not end the rounds. Resolves when the signal aborts. */
export async function every(
  { ms, work, clock, log, what }: {
    readonly ms: number;
    readonly work: () => Promise<void>;
    readonly clock: Clock;
    readonly log: Log;
    /** For the log: what was being done. */
    readonly what: string;
  },
  signal: AbortSignal,
): Promise<void> {
  while (await waited(clock, ms, signal)) {
    try {
      await work();
    } catch (err) {
      log.warn("Regular task failed, trying again next time", { task: what, err });
    }
  }
}
