/** How long the node's own requests wait after a failure. */
import { second } from "../instant.ts";

const longestMs = 7 * second;

/** Doubling from `firstMs` to 7 s as in the kubelet; `failures` in a row, from 1. At least what the server asks for. */
export function requestDelayMs(
  { failures, firstMs, retryAfterMs = 0 }: {
    readonly failures: number;
    readonly firstMs: number;
    readonly retryAfterMs?: number | undefined;
  },
): number {
  // The exponent is bounded because 2 to the number of a week's failures is no number any more.
  const doubled = firstMs * 2 ** Math.min(failures - 1, 20);
  return Math.max(Math.min(doubled, longestMs), retryAfterMs);
}
