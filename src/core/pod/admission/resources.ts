/** Whether a pod's requests fit beside those of the other pods. */
import type { Pod } from "../../k8s.ts";
import type { AdmissionContext, Shortage } from "./predicate.ts";
import { isExtendedResource } from "../resource_names.ts";
import { allocatableAmount, countedResources, podRequest } from "./requests.ts";

/**
 * All that the node has too little of, the number of pods first. An extended resource that the node does not know is
 * the cluster's and not counted here.
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export function shortages(
  pod: Pick<Pod, "spec">,
  { node: { allocatable }, others }: AdmissionContext,
): readonly Shortage[] {
  if (allocatable === null) return [];
  const counted = countedResources(pod)
    .filter((resource) => !isExtendedResource(resource) || resource in allocatable);
  return ["pods", ...counted]
    .map((resource): Shortage => ({
      kind: "Shortage",
      resource,
      requested: podRequest(pod, resource),
      used: others.reduce((sum, other) => sum + podRequest(other, resource), 0),
      capacity: allocatableAmount(allocatable, resource),
    }))
    .filter(({ requested, used, capacity }) => requested > 0 && requested > capacity - used);
}
