/** What is measured of pods on their way through the agent, by the kubelet's names. */
import { exponentialBuckets } from "./buckets.ts";
import type { Counter, Histogram, Registry } from "./registry.ts";

/** Seconds; from a pod whose image is there to one with a slow registry. */
const startBuckets = [
  ...[0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600],
  ...[900, 1_200, 1_800, 2_700, 3_600],
];

const pullBuckets = [
  ...[1, 5, 10, 20, 30, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1_200, 1_800, 2_700, 3_600],
];

const statusBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 20, 30, 45, 60];

/** How long what happens to pods takes. */
interface PodTimes {
  readonly workerDuration: Histogram<"operation_type">;
  readonly workerStartDuration: Histogram;
  readonly startDuration: Histogram;
  readonly startTotalDuration: Histogram;
  readonly startSliDuration: Histogram;
  readonly containersPerPod: Histogram;
  readonly statusSyncDuration: Histogram;
  readonly imagePullDuration: Histogram<"image_size_in_bytes">;
}

/** How often what happens to pods does. */
interface PodCounts {
  readonly started: Counter;
  readonly startErrors: Counter;
  readonly startedContainers: Counter<"container_type">;
  readonly startedContainerErrors: Counter<"container_type" | "code">;
  readonly terminatedContainers: Counter<"container_type" | "exit_code" | "reason">;
  readonly admissionRejections: Counter<"reason">;
  readonly evictions: Counter<"eviction_signal">;
  readonly preemptions: Counter<"preemption_signal">;
  readonly orphaned: Counter;
  readonly restarted: Counter<"static">;
  readonly imagesCollected: Counter<"reason">;
}

export interface PodMetrics extends PodTimes, PodCounts {}

/** @see https://kubernetes.io/docs/reference/instrumentation/metrics/ */
export function podMetrics(registry: Registry): PodMetrics {
  return { ...podTimes(registry), ...podCounts(registry) };
}

function podTimes(registry: Registry): PodTimes {
  return {
    workerDuration: registry.histogram({
      name: "kubelet_pod_worker_duration_seconds",
      help: "Duration in seconds to sync a single pod. Broken down by operation type.",
      labels: ["operation_type"],
    }),
    workerStartDuration: registry.histogram({
      name: "kubelet_pod_worker_start_duration_seconds",
      help: "Duration in seconds from seeing a pod to starting a worker.",
    }),
    startDuration: registry.histogram({
      name: "kubelet_pod_start_duration_seconds",
      help: "Duration in seconds from seeing a pod for the first time to the pod starting to run.",
      buckets: startBuckets,
    }),
    startTotalDuration: registry.histogram({
      name: "kubelet_pod_start_total_duration_seconds",
      help:
        "Duration in seconds to start a pod since its creation, including time to pull images " +
        "and run init containers.",
      buckets: startBuckets,
    }),
    startSliDuration: registry.histogram({
      name: "kubelet_pod_start_sli_duration_seconds",
      help:
        "Duration in seconds to start a pod since its creation, excluding time to pull images " +
        "and run init containers.",
      buckets: startBuckets,
    }),
    containersPerPod: registry.histogram({
      name: "kubelet_containers_per_pod_count",
      help: "The number of containers per pod.",
      buckets: exponentialBuckets({ start: 1, factor: 2, count: 5 }),
    }),
    statusSyncDuration: registry.histogram({
      name: "kubelet_pod_status_sync_duration_seconds",
      help:
        "Duration in seconds to sync a pod status update: from the change to the API server's " +
        "answer, even if multiple intervening changes occur.",
      buckets: statusBuckets,
    }),
    imagePullDuration: registry.histogram({
      name: "kubelet_image_pull_duration_seconds",
      help: "Duration in seconds to pull an image.",
      labels: ["image_size_in_bytes"],
      buckets: pullBuckets,
    }),
  };
}

function podCounts(registry: Registry): PodCounts {
  return {
    imagesCollected: registry.counter({
      name: "kubelet_image_garbage_collected_total",
      help: "Total number of images garbage collected by the kubelet, whether through disk usage " +
        "or image age.",
      labels: ["reason"],
    }),
    started: registry.counter({
      name: "kubelet_started_pods_total",
      help: "Cumulative number of pods started.",
    }),
    startErrors: registry.counter({
      name: "kubelet_started_pods_errors_total",
      help: "Cumulative number of errors when starting pods.",
    }),
    startedContainers: registry.counter({
      name: "kubelet_started_containers_total",
      help: "Cumulative number of containers started.",
      labels: ["container_type"],
    }),
    startedContainerErrors: registry.counter({
      name: "kubelet_started_containers_errors_total",
      help: "Cumulative number of errors when starting containers.",
      labels: ["container_type", "code"],
    }),
    terminatedContainers: registry.counter({
      name: "kubelet_terminated_containers_total",
      help: "Cumulative number of container terminations.",
      labels: ["container_type", "exit_code", "reason"],
    }),
    admissionRejections: registry.counter({
      name: "kubelet_admission_rejections_total",
      help: "Cumulative number of pod admission rejections.",
      labels: ["reason"],
    }),
    evictions: registry.counter({
      name: "kubelet_evictions",
      help: "Cumulative number of pod evictions by eviction signal.",
      labels: ["eviction_signal"],
    }),
    preemptions: registry.counter({
      name: "kubelet_preemptions",
      help: "Cumulative number of pod preemptions by preemption resource.",
      labels: ["preemption_signal"],
    }),
    orphaned: registry.counter({
      name: "kubelet_orphaned_runtime_pods_total",
      help: "Number of pods that were found in the container runtime though no source names them.",
    }),
    restarted: registry.counter({
      name: "kubelet_restarted_pods_total",
      help: "Number of pods that came again under the same UID when they were gone.",
      labels: ["static"],
    }),
  };
}
