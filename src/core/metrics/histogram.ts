/** How many values lie below each of some bounds, with their sum. */
import type { LabelSet, Sample } from "./exposition.ts";

export interface Distribution {
  observe(value: number): void;
  /** As Prometheus has them: each bucket holds those below it as well. */
  samples(labels: LabelSet): readonly Sample[];
}

/** `bounds`: upper ones, ascending; infinity is added. */
export function createDistribution(bounds: readonly number[]): Distribution {
  const counts = bounds.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe(value) {
      const at = bounds.findIndex((bound) => value <= bound);
      if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
      count += 1;
      sum += value;
    },
    samples(labels) {
      let below = 0;
      const buckets = bounds.map((bound, at): Sample => {
        below += counts[at] ?? 0;
        return { labels: { ...labels, le: String(bound) }, value: below, suffix: "_bucket" };
      });
      return [
        ...buckets,
        { labels: { ...labels, le: "+Inf" }, value: count, suffix: "_bucket" },
        { labels, value: sum, suffix: "_sum" },
        { labels, value: count, suffix: "_count" },
      ];
    },
  };
}
