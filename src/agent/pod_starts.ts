/** Measures how long pods take to start: since this node saw them first, and since they were created. */
import { type Instant, second } from "../core/instant.ts";
import type { Pod, PodStatus } from "../core/k8s.ts";
import type { PodMetrics } from "../core/metrics/pod_metrics.ts";
import {
  cover,
  type Covered,
  hasStarted,
  initContainersMs,
  isStateful,
  nothingCovered,
  type Span,
} from "../core/pod/start_latency.ts";
import { isStaticPod } from "../core/pod/static_pod.ts";
import type { Clock } from "../ports/clock.ts";
import { stopwatch } from "../ports/stopwatch.ts";

/** Pods that an earlier agent has started are none of its concern. */
export interface PodStarts {
  /** A pod has come that was never on the node before. */
  seen(pod: Pod): void;
  workBegins(podUid: string): void;
  /** An image was pulled for one of its containers. */
  pulled(podUid: string, pull: Span): void;
  /** Its status has changed. */
  shown(podUid: string, change: { readonly before?: PodStatus; readonly after: PodStatus }): void;
  /** The API server shows the pod like this now. */
  shownByServer(pod: Pod): void;
  forget(podUid: string): void;
}

export interface PodStartsDeps {
  readonly metrics: PodMetrics;
  readonly clock: Clock;
}

/** A pod that has not started yet. */
interface Start {
  readonly seconds: () => number;
  pulls: Covered;
  isAtWork: boolean;
  isRunning: boolean;
}

export function createPodStarts({ metrics, clock }: PodStartsDeps): PodStarts {
  const starts = new Map<string, Start>();

  /** A static pod is nobody's to count but the node's: its mirror is made by the node itself. */
  function measureWhole(pod: Pod, start: Start): void {
    const now: Instant = clock.now();
    const createdAt = Date.parse(pod.metadata.creationTimestamp ?? "");
    if (Number.isNaN(createdAt)) return;
    const totalMs = now - createdAt;
    metrics.startTotalDuration.observe({}, totalMs / second);
    if (isStateful(pod)) return;
    const aside = start.pulls.ms + initContainersMs(pod.status);
    metrics.startSliDuration.observe({}, (totalMs - aside) / second);
  }

  return {
    seen(pod) {
      const { uid } = pod.metadata;
      metrics.containersPerPod.observe({}, pod.spec.containers.length);
      const fresh = {
        seconds: stopwatch(clock),
        pulls: nothingCovered,
        isAtWork: false,
        isRunning: false,
      };
      if (pod.status?.startTime === undefined) starts.set(uid, fresh);
    },
    workBegins(podUid) {
      const start = starts.get(podUid);
      if (start === undefined || start.isAtWork) return;
      start.isAtWork = true;
      metrics.workerStartDuration.observe({}, start.seconds());
    },
    pulled(podUid, pull) {
      const start = starts.get(podUid);
      if (start !== undefined) start.pulls = cover(start.pulls, pull);
    },
    shown(podUid, { before, after }) {
      const start = starts.get(podUid);
      if (start === undefined || after.phase !== "Running" || before?.phase !== "Pending") return;
      start.isRunning = true;
      metrics.startDuration.observe({}, start.seconds());
    },
    shownByServer(pod) {
      const { uid } = pod.metadata;
      const start = starts.get(uid);
      if (start === undefined || !start.isRunning || isStaticPod(pod) || !hasStarted(pod)) return;
      measureWhole(pod, start);
      starts.delete(uid);
    },
    forget: (podUid) => void starts.delete(podUid),
  };
}
