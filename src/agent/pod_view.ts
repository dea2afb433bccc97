/** A pod as the API shows it: what was asked for, with the status of this moment. */
import { rfc3339, second } from "../core/instant.ts";
import type { Pod } from "../core/k8s.ts";
import type { PodRecord } from "./pod_record.ts";

/** Null for a leftover whose manifest nobody knows. */
export function podView(record: PodRecord): Pod | null {
  const pod = record.desired ?? record.former;
  if (pod === null) return null;
  return {
    ...pod,
    metadata: { ...pod.metadata, ...deletion(record, pod) },
    ...(record.status === undefined ? {} : { status: record.status }),
  };
}

/** As the API server sets it: the time by which the grace period will be over. */
function deletion(
  { desired, terminating, memory }: PodRecord,
  pod: Pod,
): Pick<Pod["metadata"], "deletionTimestamp" | "deletionGracePeriodSeconds"> {
  const since = memory.stoppingSince;
  if ((desired !== null && !terminating) || since === undefined) return {};
  const graceSeconds = pod.spec.terminationGracePeriodSeconds;
  return {
    deletionGracePeriodSeconds: graceSeconds,
    deletionTimestamp: rfc3339(since + graceSeconds * second),
  };
}
