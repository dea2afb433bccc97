/** The pauses between tries to follow a list. */
import { retryDelayMs } from "../../core/kube/retry_delay.ts";
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { Random } from "../../ports/random.ts";

/** After so long without a failure the server counts as healthy, as in client-go. */
const healthyMs = 120_000;

export interface RetryPace {
  /** Waits longer after each failure in a row, and as long as the server asks for. Rejects when the signal aborts. */
  wait(error: unknown, signal: AbortSignal): Promise<void>;
}

export function createRetryPace(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): RetryPace {
  let failures = 0;
  let healthyFrom = 0;
  return {
    async wait(error, signal) {
      failures = clock.monotonic() > healthyFrom ? 1 : failures + 1;
      const delay = retryDelayMs({
        failures,
        fraction: random.fraction(),
        retryAfterMs: error instanceof Unavailable ? error.retryAfterMs : undefined,
      });
      healthyFrom = clock.monotonic() + delay + healthyMs;
      await clock.sleep(delay, signal);
    },
  };
}
