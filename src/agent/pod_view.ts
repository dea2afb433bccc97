/** A pod as the API shows it: what was asked for, with the status of this moment. */
import { rfc3339, second } from "../core/instant.ts";
import type { Pod, PodStatus } from "../core/k8s.ts";
import { isOwn } from "../core/pod/status_patch.ts";
import { newestPod, type PodRecord } from "./pod_record.ts";

/** Null for a leftover whose manifest nobody knows. */
export function podView(record: PodRecord): Pod | null {
  const pod = newestPod(record);
  if (pod === null) return null;
  return {
    ...pod,
    metadata: { ...pod.metadata, ...deletion(record, pod) },
    ...(record.status === undefined ? {} : { status: withForeign(pod, record.status) }),
  };
}

/** All of which it is known what was asked for. */
export function podViews(pods: { list(): readonly PodRecord[] }): readonly Pod[] {
  return pods.list().flatMap((record) => podView(record) ?? []);
}

/** With the conditions that others have set, as the API server shows them. */
function withForeign({ status }: Pod, own: PodStatus): PodStatus {
  const foreign = (status?.conditions ?? []).filter((condition) => !isOwn(condition));
  if (foreign.length === 0) return own;
  const types = foreign.map(({ type }) => type);
  const rest = (own.conditions ?? []).filter(({ type }) => !types.includes(type));
  return { ...own, conditions: [...foreign, ...rest] };
}

/** As the API server says or would say: the time by which the grace period will be over. */
function deletion(
  { desired, terminating, memory }: PodRecord,
  pod: Pod,
): Pick<Pod["metadata"], "deletionTimestamp" | "deletionGracePeriodSeconds"> {
  const since = memory.stoppingSince;
  if ((desired !== null && !terminating) || since === undefined) return {};
  if (pod.metadata.deletionTimestamp !== undefined) return {};
  const graceSeconds = pod.spec.terminationGracePeriodSeconds;
  return {
    deletionGracePeriodSeconds: graceSeconds,
    deletionTimestamp: rfc3339(since + graceSeconds * second),
  };
}
