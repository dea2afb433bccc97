/**
 * A pod in one row, as `kubectl get pods` shows it: ready, status, restarts, age.
 * @see https://github.com/kubernetes/kubernetes/blob/master/pkg/printers/internalversion/printers.go (printPod)
 */
import { humanDuration } from "../human_duration.ts";
import type { Instant } from "../instant.ts";
import { isSidecar, type K8sContainerState, type K8sContainerStatus, type Pod } from "../k8s.ts";

/** The cells of a row; `ip` and what follows are only shown with `-o wide`. */
export interface PodSummary {
  readonly namespace: string;
  readonly name: string;
  /** `READY/TOTAL`, sidecars counted. */
  readonly ready: string;
  /** Running, Init:0/1, CrashLoopBackOff, Completed, Terminating, … */
  readonly status: string;
  /** `3` or `3 (5m ago)`. */
  readonly restarts: string;
  readonly age: string;
  readonly ip: string;
  readonly node: string;
  readonly images: string;
}

/** Sums up a pod as seen at `now`. */
export function summarizePod(pod: Pod, now: Instant): PodSummary {
  const init = scanInit(pod);
  const useMain = !init.initializing || isInitialized(pod);
  const scan = useMain ? scanMain(pod, init) : init;
  return {
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    ready: `${scan.ready}/${containerCount(pod)}`,
    status: terminating(pod) ?? scan.reason,
    restarts: restartsCell(scan.restarts, now),
    age: since(pod.metadata.creationTimestamp ?? pod.status?.startTime, now),
    ip: pod.status?.podIP ?? "<none>",
    node: pod.spec.nodeName ?? "<none>",
    images: pod.spec.containers.map((container) => container.image ?? "").join(","),
  };
}

/** Restarts counted so far, and when the latest of them ended; 0 for never. */
interface Restarts {
  readonly count: number;
  readonly last: Instant;
}

interface Scan {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: Restarts;
}

interface InitScan extends Scan {
  readonly initializing: boolean;
  /** Those of sidecars alone: they go on counting when the init containers are through. */
  readonly sidecarRestarts: Restarts;
}

function scanInit(pod: Pod): InitScan {
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name));
  const total = (pod.spec.initContainers ?? []).length;
  let restarts: Restarts = { count: 0, last: 0 };
  let sidecarRestarts = restarts;
  let ready = 0;
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    restarts = addRestarts(restarts, status);
    const sidecar = sidecars.has(status.name);
    if (sidecar) sidecarRestarts = addRestarts(sidecarRestarts, status);
    if (status.state?.terminated?.exitCode === 0) continue;
    if (sidecar && status.started === true) {
      if (status.ready) ready += 1;
      continue;
    }
    const reason = `Init:${initReason(status.state) ?? `${index}/${total}`}`;
    return { reason, ready, restarts, sidecarRestarts, initializing: true };
  }
  return { reason: podReason(pod), ready, restarts, sidecarRestarts, initializing: false };
}

/** Why an init container holds the pod up; null while it just has not finished. */
function initReason(state: K8sContainerState | undefined): string | null {
  if (state?.terminated !== undefined) return endReason(state.terminated);
  const waiting = state?.waiting?.reason ?? "";
  return waiting === "" || waiting === "PodInitializing" ? null : waiting;
}

function scanMain(pod: Pod, init: InitScan): Scan {
  let { reason, ready, sidecarRestarts: restarts } = init;
  let hasRunning = false;
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    restarts = addRestarts(restarts, status);
    const { waiting, terminated, running } = status.state ?? {};
    if ((waiting?.reason ?? "") !== "") {
      reason = waiting?.reason ?? "";
    } else if (terminated !== undefined) {
      reason = endReason(terminated);
    } else if (status.ready && running !== undefined) {
      hasRunning = true;
      ready += 1;
    }
  }
  // One container is through and another still runs: the pod is not completed.
  if (reason === "Completed" && hasRunning) reason = isReady(pod) ? "Running" : "NotReady";
  return { reason, ready, restarts };
}

function endReason(terminated: NonNullable<K8sContainerState["terminated"]>): string {
  if ((terminated.reason ?? "") !== "") return terminated.reason ?? "";
  return (terminated.signal ?? 0) !== 0
    ? `Signal:${terminated.signal}`
    : `ExitCode:${terminated.exitCode}`;
}

function addRestarts(sum: Restarts, status: K8sContainerStatus): Restarts {
  const finished = Date.parse(status.lastState?.terminated?.finishedAt ?? "");
  return {
    count: sum.count + status.restartCount,
    last: Number.isNaN(finished) ? sum.last : Math.max(sum.last, finished),
  };
}

function restartsCell({ count, last }: Restarts, now: Instant): string {
  return count === 0 || last === 0 ? `${count}` : `${count} (${humanDuration(now - last)} ago)`;
}

/** The word that hides all others while a pod is being deleted. */
function terminating(pod: Pod): string | null {
  if (pod.metadata.deletionTimestamp === undefined) return null;
  if (pod.status?.reason === "NodeLost") return "Unknown";
  const phase = pod.status?.phase;
  return phase === "Succeeded" || phase === "Failed" ? null : "Terminating";
}

function podReason(pod: Pod): string {
  const gated = pod.status?.conditions?.some((condition) =>
    condition.type === "PodScheduled" && condition.reason === "SchedulingGated"
  );
  if (gated === true) return "SchedulingGated";
  return pod.status?.reason || pod.status?.phase || "Unknown";
}

function containerCount(pod: Pod): number {
  return pod.spec.containers.length + (pod.spec.initContainers ?? []).filter(isSidecar).length;
}

function isReady(pod: Pod): boolean {
  return hasCondition(pod, "Ready");
}

function isInitialized(pod: Pod): boolean {
  return hasCondition(pod, "Initialized");
}

function hasCondition(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;
}

function since(time: string | undefined, now: Instant): string {
  const at = Date.parse(time ?? "");
  return Number.isNaN(at) ? "<unknown>" : humanDuration(now - at);
}
