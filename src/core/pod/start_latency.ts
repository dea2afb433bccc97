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

/** How much time some spans cover, those that overlap counted once. */
export interface Covered {
  readonly ms: number;
  readonly until: Instant;
}

export const nothingCovered: Covered = { ms: 0, until: -Infinity };

/** With one more span; they are to come in the order of their ends. What lies before the last end is taken as covered, as the kubelet has it. */
export function cover({ ms, until }: Covered, { from, to }: Span): Covered {
  return { ms: ms + Math.max(0, to - Math.max(from, until)), until: Math.max(until, to) };
}

/** Milliseconds that the init containers have run, those that go on running apart. */
export function initContainersMs(status: PodStatus | undefined): number {
  return (status?.initContainerStatuses ?? []).reduce((sum, { state }) => {
    const { startedAt, finishedAt } = state?.terminated ?? {};
    const ms = Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "");
    return sum + (ms > 0 ? ms : 0);
  }, 0);
}
