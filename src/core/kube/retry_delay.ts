/** How long a reader of the API server waits after a failure before it asks again. */

/** As client-go's reflector: doubling, and each wait up to twice as long by chance, so that a whole site does not come back at once. */
const firstMs = 800;
const longestMs = 30_000;

/**
 * Milliseconds to wait after `failures` failures in a row (1 for the first); at least what the server asks for.
 * @see https://github.com/kubernetes/client-go/blob/master/tools/cache/reflector.go
 */
export function retryDelayMs(
  { failures, fraction, retryAfterMs = 0 }: {
    readonly failures: number;
    /** Chance, 0 to 1. */
    readonly fraction: number;
    readonly retryAfterMs?: number | undefined;
  },
): number {
  // The exponent is bounded because 2 to the number of a week's failures is no number any more.
  const doubled = firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 20);
  return Math.max(Math.min(doubled, longestMs), retryAfterMs) * (1 + fraction);
}
