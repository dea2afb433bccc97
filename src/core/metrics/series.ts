/** What is kept for each set of label values of a metric, of which there is a bounded number. */
import type { LabelSet } from "./exposition.ts";

export type Labels<L extends string> = Readonly<Record<L, string>>;

/** The values of one metric. */
export interface SeriesMap<L extends string, V> {
  /** That of these label values; made where it is new, and undefined where there are too many. */
  of(labels: Labels<L>): V | undefined;
  /** Forgets those that have all of these label values. */
  remove(labels: Partial<Labels<L>>): void;
  /** In the order in which they came. */
  entries(): readonly { readonly labels: LabelSet; readonly value: V }[];
}

export interface SeriesOptions<L extends string, V> {
  readonly labels: readonly L[];
  readonly maxSeries: number;
  readonly fresh: () => V;
  /** Something was not counted, for there are too many label values. */
  readonly onDropped: () => void;
}

/** A metric without labels has its one value from the start. */
export function createSeries<L extends string, V>(
  { labels: names, maxSeries, fresh, onDropped }: SeriesOptions<L, V>,
): SeriesMap<L, V> {
  const series = new Map<string, { readonly labels: LabelSet; readonly value: V }>();
  if (names.length === 0) series.set("", { labels: {}, value: fresh() });

  function add(key: string, labels: Labels<L>): V | undefined {
    if (series.size >= maxSeries) return void onDropped();
    const value = fresh();
    const inOrder = Object.fromEntries(names.map((name) => [name, labels[name]]));
    series.set(key, { labels: inOrder, value });
    return value;
  }

  return {
    of(labels) {
      // No name or reason of Kubernetes holds a NUL.
      const key = names.map((name) => labels[name]).join("\0");
      return series.get(key)?.value ?? add(key, labels);
    },
    remove(labels) {
      const wanted = Object.entries(labels);
      for (const [key, { labels: own }] of series) {
        if (wanted.every(([name, value]) => own[name] === value)) series.delete(key);
      }
    },
    entries: () => [...series.values()],
  };
}
