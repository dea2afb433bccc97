/** How long the node's own requests wait after a failure. */
import { second } from "../core/instant.ts";
import { Unavailable } from "../ports/errors.ts";

const longestMs = 7 * second;

/** Doubling from `firstMs` to 7 s as in the kubelet; `failures` in a row, from 1. At least what the server asks for. */
export function requestDelayMs(
  { failures, firstMs, err }: {
    readonly failures: number;
    readonly firstMs: number;
    /** What the last request failed with. */
    readonly err: unknown;
  },
): number {
  const asked = err instanceof Unavailable ? err.retryAfterMs ?? 0 : 0;
  // The exponent is bounded because 2 to the number of a week's failures is no number any more.
  return Math.max(Math.min(firstMs * 2 ** Math.min(failures - 1, 20), longestMs), asked);
}
