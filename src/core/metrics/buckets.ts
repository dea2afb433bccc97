/** The bounds of histograms that Prometheus' and Kubernetes' libraries offer. */

/** Seconds, from a fast answer to a slow one; Prometheus' own default. */
export const defaultBuckets: readonly number[] = [
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
];

/** `count` bounds, each `factor` times the one before. */
export function exponentialBuckets(
  { start, factor, count }: {
    readonly start: number;
    readonly factor: number;
    readonly count: number;
  },
): readonly number[] {
  const bounds: number[] = [];
  for (let bound = start; bounds.length < count; bound *= factor) bounds.push(bound);
  return bounds;
}
