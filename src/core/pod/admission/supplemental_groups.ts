/** Whether the runtime can keep a container's groups to those that its pod names. */
import type { Pod } from "../../k8s.ts";
import type { AdmissionNode } from "./node.ts";
import type { Refusal } from "./refusal.ts";

/** A runtime that does not know the policy would merge the image's groups in, which `Strict` forbids. */
export function refusedForGroups(
  { spec }: Pick<Pod, "spec">,
  node: Pick<AdmissionNode, "supplementalGroupsPolicy">,
): Refusal | null {
  const policy = spec.securityContext?.supplementalGroupsPolicy;
  if (policy !== "Strict" || node.supplementalGroupsPolicy) return null;
  return {
    reason: "SupplementalGroupsPolicyNotSupported",
    message: `SupplementalGroupsPolicy=${policy} is not supported in this node`,
  };
}
