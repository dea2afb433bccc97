/** The containers' parts of a pod's status, in one list. */
import type { K8sContainerStatus, PodStatus } from "../k8s.ts";

/** Init containers first, ephemeral ones last. */
export function containerStatuses(status: PodStatus | undefined): readonly K8sContainerStatus[] {
  return [
    ...status?.initContainerStatuses ?? [],
    ...status?.containerStatuses ?? [],
    ...status?.ephemeralContainerStatuses ?? [],
  ];
}
