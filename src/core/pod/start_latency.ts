/** What counts of a pod's start, as the service level indicator of Kubernetes' scalability group has it. */
import type { Instant } from "../instant.ts";
import type { Pod, PodStatus } from "../k8s.ts";

/** From when to when. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Whether all containers run by the pod's status. */
export function hasStarted({ status }: Pod): boolean {
  return (status?.containerStatuses ?? []).every(({ state }) =>
    state?.running?.startedAt !== undefined
  );
}

/**
 * Whether the pod mounts more than what the cluster's own objects and the node's scratch space hold: such pods have no target.
 * @see https://github.com/kubernetes/community/blob/master/sig-scalability/slos/pod_startup_latency.md
 */
export function isStateful({ spec }: Pod): boolean {
  return (spec.volumes ?? []).some(({ secret, configMap, downwardAPI, emptyDir, projected }) =>
    !(secret || configMap || downwardAPI || emptyDir || projected)
  );
}

/** Milliseconds that at least one of the spans covers. */
export function spannedMs(spans: readonly Span[]): number {
  let total = 0;
  let end = -Infinity;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}

/** Milliseconds that the init containers have run, those that go on running apart. */
export function initContainersMs(status: PodStatus | undefined): number {
  return (status?.initContainerStatuses ?? []).reduce((sum, { state }) => {
    const { startedAt, finishedAt } = state?.terminated ?? {};
    const ms = Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "");
    return sum + (ms > 0 ? ms : 0);
  }, 0);
}
