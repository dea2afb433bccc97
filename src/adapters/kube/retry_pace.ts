/** The pauses between tries to follow a list; they are over soon after the API server has answered anybody. */
import { retryDelayMs } from "../../core/kube/retry_delay.ts";
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { Random } from "../../ports/random.ts";
import type { Reachability } from "./reachability.ts";

/** After so long without a failure the server counts as healthy, as in client-go. */
const healthyMs = 120_000;

/** Over which time the readers of a site come back together. */
const spreadMs = 2_000;

export interface RetryPace {
  /** Waits longer after each failure in a row, and as long as the server asks for. Rejects when the signal aborts. */
  wait(error: unknown, signal: AbortSignal): Promise<void>;
}

export interface RetryPaceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly reachability: Pick<Reachability, "onBack">;
}

export function createRetryPace({ clock, random, reachability }: RetryPaceDeps): RetryPace {
  let failures = 0;
  let healthyFrom = 0;

  /** Whether the server came back before the time was over. */
  async function isBackWithin(ms: number, outer: AbortSignal): Promise<boolean> {
    const wake = new AbortController();
    const onOuterAbort = (): void => wake.abort(outer.reason);
    outer.addEventListener("abort", onOuterAbort);
    if (outer.aborted) onOuterAbort();
    using _notice = reachability.onBack(() => wake.abort());
    try {
      await clock.sleep(ms, wake.signal);
      return false;
    } catch (error) {
      if (outer.aborted) throw error;
      return true;
    } finally {
      outer.removeEventListener("abort", onOuterAbort);
    }
  }

  return {
    async wait(error, signal) {
      failures = clock.monotonic() > healthyFrom ? 1 : failures + 1;
      const fraction = random.fraction();
      const retryAfterMs = error instanceof Unavailable ? error.retryAfterMs : undefined;
      const delay = retryDelayMs({ failures, fraction, retryAfterMs });
      healthyFrom = clock.monotonic() + delay + healthyMs;
      if (retryAfterMs !== undefined) return await clock.sleep(delay, signal);
      if (!(await isBackWithin(delay, signal))) return;
      // A server that has just started may refuse at first, which is no reason to wait for long.
      failures = 0;
      await clock.sleep(spreadMs * fraction, signal);
    },
  };
}
