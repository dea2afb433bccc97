/** How long the node's own requests wait after a failure. */
import { second } from "../../core/instant.ts";
import { Unavailable } from "../../ports/errors.ts";

const longestMs = 7 * second;

/** A heartbeat must not wait for longer, whoever asks for it: the kubelet gives up waiting then, and asks anew. */
const longestAskedMs = 10 * second;

/** Doubling from `firstMs` to 7 s as in the kubelet; `failures` in a row, from 1. What the server asks for counts up to 10 s. */
export function requestDelayMs(
  { failures, firstMs, err }: {
    readonly failures: number;
    readonly firstMs: number;
    /** What the last request failed with. */
    readonly err: unknown;
  },
): number {
  const asked = err instanceof Unavailable ? Math.min(err.retryAfterMs ?? 0, longestAskedMs) : 0;
  // The exponent is bounded because 2 to the number of a week's failures is no number any more.
  return Math.max(Math.min(firstMs * 2 ** Math.min(failures - 1, 20), longestMs), asked);
}
