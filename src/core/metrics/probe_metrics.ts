/** What is measured of probes, by the kubelet's names: an exposition of its own, /metrics/probes. */
import type { Counter, Histogram, Registry } from "./registry.ts";

export interface ProbeMetrics {
  readonly total: Counter<"probe_type" | "result" | "container" | "pod" | "namespace" | "pod_uid">;
  readonly duration: Histogram<"probe_type" | "container" | "pod" | "namespace">;
}

/** A node's limit of 110 pods with three probes each, in all three results. */
const maxSeries = 1_000;

export function probeMetrics(registry: Registry): ProbeMetrics {
  return {
    total: registry.counter({
      name: "prober_probe_total",
      help:
        "Cumulative number of a liveness, readiness or startup probe for a container by result.",
      labels: ["probe_type", "result", "container", "pod", "namespace", "pod_uid"],
      maxSeries,
    }),
    duration: registry.histogram({
      name: "prober_probe_duration_seconds",
      help: "Duration in seconds for a probe response.",
      labels: ["probe_type", "container", "pod", "namespace"],
      maxSeries,
    }),
  };
}
