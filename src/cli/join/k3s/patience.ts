/** Asks again for as long as a person waits: a server that starts, or that many nodes ask at once, has an answer later. */
import { formatDuration } from "../../../core/duration.ts";
import { second } from "../../../core/instant.ts";
import type { Clock } from "../../../ports/clock.ts";
import { Unavailable } from "../../../ports/errors.ts";
import type { Random } from "../../../ports/random.ts";

export interface PatiencePorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Tells a person what is waited for. */
  readonly say: (line: string) => Promise<void>;
}

const patienceMs = 30 * second;
const pauseMs = 2 * second;

/** Throws what `work` threw last, and the signal's reason. */
export async function patiently<T>(
  work: () => Promise<T>,
  { clock, random, say }: PatiencePorts,
  signal: AbortSignal,
): Promise<T> {
  const end = clock.monotonic() + patienceMs;
  for (let told = "";;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unavailable) || clock.monotonic() >= end) throw error;
      const { message, retryAfterMs = pauseMs } = error;
      if (message !== told) await say(`${message}; trying for ${formatDuration(patienceMs)}`);
      told = message;
      // Nodes that were turned away together come back one by one.
      await clock.sleep(retryAfterMs * (1 + random.fraction()), signal);
    }
  }
}
