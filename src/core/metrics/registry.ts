/** The metrics of one exposition: counters, gauges and histograms that are kept, and values that are read when somebody scrapes. */
import { defaultBuckets } from "./buckets.ts";
import type { LabelSet, MetricFamily, Sample } from "./exposition.ts";
import { createDistribution } from "./histogram.ts";
import { createSeries, type Labels, type SeriesMap } from "./series.ts";

/** What a metric is, whatever its values. */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: MetricFamily["type"];
  readonly labels: readonly string[];
}

export interface MetricOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  /** None unless given. */
  readonly labels?: readonly L[];
  /** How many sets of label values there may be; 200 unless given. What does not fit is counted as dropped. */
  readonly maxSeries?: number;
}

export interface HistogramOptions<L extends string> extends MetricOptions<L> {
  /** Upper bounds, ascending; `defaultBuckets` unless given. */
  readonly buckets?: readonly number[];
}

export interface ReadOptions<L extends string> extends MetricOptions<L> {
  readonly type: "counter" | "gauge";
  /** Called with each scrape: it must be cheap. */
  readonly read: () => number | null | readonly Reading<L>[];
}

export interface Reading<L extends string> {
  readonly labels: Labels<L>;
  readonly value: number;
}

export interface Counter<L extends string = never> {
  /** Counts `by`, 1 unless given. */
  inc(labels: Labels<L>, by?: number): void;
  remove(labels: Partial<Labels<L>>): void;
}

export interface Gauge<L extends string = never> {
  set(labels: Labels<L>, value: number): void;
  add(labels: Labels<L>, by: number): void;
}

export interface Histogram<L extends string = never> {
  observe(labels: Labels<L>, value: number): void;
  remove(labels: Partial<Labels<L>>): void;
}

export interface Registry {
  counter<const L extends string = never>(options: MetricOptions<L>): Counter<L>;
  gauge<const L extends string = never>(options: MetricOptions<L>): Gauge<L>;
  histogram<const L extends string = never>(options: HistogramOptions<L>): Histogram<L>;
  /** A metric whose values are elsewhere; null: it has none now. */
  read<const L extends string = never>(options: ReadOptions<L>): void;
  definitions(): readonly MetricDefinition[];
  /** By name. */
  families(): readonly MetricFamily[];
}

/** A gauge without labels shows nothing before it was set. */
interface Value {
  value: number | null;
}

const defaultMaxSeries = 200;

export function createRegistry(): Registry {
  const metrics = new Map<string, MetricDefinition & { readonly samples: () => Sample[] }>();
  const dropped = new Map<string, number>();

  function add<L extends string>(
    { name, help, labels = [] }: MetricOptions<L>,
    rest: { readonly type: MetricFamily["type"]; readonly samples: () => Sample[] },
  ): void {
    if (metrics.has(name)) throw new Error(`there is a metric ${name} already`);
    metrics.set(name, { name, help, labels, ...rest });
  }

  function seriesOf<L extends string, V>(
    { name, labels = [], maxSeries = defaultMaxSeries }: MetricOptions<L>,
    fresh: () => V,
  ): SeriesMap<L, V> {
    const onDropped = () => void dropped.set(name, (dropped.get(name) ?? 0) + 1);
    return createSeries({ labels, maxSeries, fresh, onDropped });
  }

  function values<L extends string>(
    options: MetricOptions<L>,
    { type, first }: { readonly type: "counter" | "gauge"; readonly first: number | null },
  ): SeriesMap<L, Value> {
    const series = seriesOf(options, (): Value => ({ value: first }));
    const samples = () =>
      series.entries().flatMap(({ labels, value: { value } }) =>
        value === null ? [] : [{ labels, value }]
      );
    add(options, { type, samples });
    return series;
  }

  const registry: Registry = {
    counter(options) {
      const series = values(options, { type: "counter", first: 0 });
      return {
        inc: (labels, by = 1) => increase(series.of(labels), by),
        remove: series.remove,
      };
    },
    gauge(options) {
      const series = values(options, { type: "gauge", first: null });
      return {
        set(labels, value) {
          const slot = series.of(labels);
          if (slot !== undefined) slot.value = value;
        },
        add: (labels, by) => increase(series.of(labels), by),
      };
    },
    histogram(options) {
      const { buckets = defaultBuckets } = options;
      const series = seriesOf(options, () => createDistribution(buckets));
      const samples = () => series.entries().flatMap(({ labels, value }) => value.samples(labels));
      add(options, { type: "histogram", samples });
      return {
        observe: (labels, value) => series.of(labels)?.observe(value),
        remove: series.remove,
      };
    },
    read({ read, type, ...options }) {
      add(options, { type, samples: () => samplesOf(read()) });
    },
    definitions: () => [...metrics.values()].map(({ samples: _, ...definition }) => definition),
    families: () =>
      [...metrics.values()]
        .map(({ name, help, type, samples }) => ({ name, help, type, samples: samples() }))
        .toSorted((a, b) => a.name < b.name ? -1 : 1),
  };
  registry.read({
    name: "skerry_metrics_dropped_total",
    help: "Values that were not counted because their metric has too many label values already.",
    type: "counter",
    labels: ["metric"],
    read: () => [...dropped].map(([metric, value]) => ({ labels: { metric }, value })),
  });
  return registry;
}

function increase(slot: Value | undefined, by: number): void {
  if (slot !== undefined) slot.value = (slot.value ?? 0) + by;
}

function samplesOf(read: number | null | readonly { labels: LabelSet; value: number }[]): Sample[] {
  if (read === null) return [];
  return typeof read === "number" ? [{ value: read }] : [...read];
}
