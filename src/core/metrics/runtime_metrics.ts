/** What is measured of the container runtime and of cgroups, by the kubelet's names. */
import { exponentialBuckets } from "./buckets.ts";
import type { Counter, Gauge, Histogram, Registry } from "./registry.ts";

export interface RuntimeMetrics {
  readonly reachable: Gauge;
  readonly operations: Counter<"operation_type">;
  readonly operationErrors: Counter<"operation_type">;
  readonly operationDuration: Histogram<"operation_type">;
  readonly sandboxDuration: Histogram<"runtime_handler">;
  readonly sandboxErrors: Counter<"runtime_handler">;
  readonly relistInterval: Histogram;
  readonly podRelistDuration: Histogram;
  readonly lastSeen: Gauge;
  readonly cgroupDuration: Histogram<"operation_type">;
}

export function runtimeMetrics(registry: Registry): RuntimeMetrics {
  return {
    reachable: registry.gauge({
      name: "skerry_runtime_reachable",
      help: "Whether the container runtime answered the last call (1) or could not be reached (0).",
    }),
    operations: registry.counter({
      name: "kubelet_runtime_operations_total",
      help: "Cumulative number of runtime operations by operation type.",
      labels: ["operation_type"],
    }),
    operationErrors: registry.counter({
      name: "kubelet_runtime_operations_errors_total",
      help: "Cumulative number of runtime operation errors by operation type.",
      labels: ["operation_type"],
    }),
    operationDuration: registry.histogram({
      name: "kubelet_runtime_operations_duration_seconds",
      help: "Duration in seconds of runtime operations. Broken down by operation type.",
      labels: ["operation_type"],
      buckets: exponentialBuckets({ start: 0.005, factor: 2.5, count: 14 }),
    }),
    sandboxDuration: registry.histogram({
      name: "kubelet_run_podsandbox_duration_seconds",
      help: "Duration in seconds of the run_podsandbox operations. Broken down by " +
        "RuntimeClass.Handler.",
      labels: ["runtime_handler"],
    }),
    sandboxErrors: registry.counter({
      name: "kubelet_run_podsandbox_errors_total",
      help: "Cumulative number of the run_podsandbox operation errors by RuntimeClass.Handler.",
      labels: ["runtime_handler"],
    }),
    relistInterval: registry.histogram({
      name: "kubelet_pleg_relist_interval_seconds",
      help: "Interval in seconds between looks at all pods though the runtime told of nothing.",
    }),
    podRelistDuration: registry.histogram({
      name: "kubelet_pleg_pod_relist_duration_seconds",
      help: "Duration in seconds for relisting a single pod.",
    }),
    lastSeen: registry.gauge({
      name: "kubelet_pleg_last_seen_seconds",
      help: "Timestamp in seconds of the last look at a pod that the runtime answered.",
    }),
    cgroupDuration: registry.histogram({
      name: "kubelet_cgroup_manager_duration_seconds",
      help: "Duration in seconds for cgroup manager operations. Broken down by method.",
      labels: ["operation_type"],
    }),
  };
}
