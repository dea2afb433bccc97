/** Whether the runtime can keep a container's groups to those that its pod names. */
import type { Pod } from "../../k8s.ts";
import type { AdmissionNode } from "./node.ts";
import type { Refusal } from "./refusal.ts";

export function asksForStrictGroups({ spec }: Pick<Pod, "spec">): boolean {
  return spec.securityContext?.supplementalGroupsPolicy === "Strict";
}

export const strictGroupsUnsupported =
  "SupplementalGroupsPolicy=Strict is not supported in this node";

/** A runtime that does not know the policy would merge the image's groups in, which `Strict` forbids. */
export function refusedForGroups(
  pod: Pick<Pod, "spec">,
  node: Pick<AdmissionNode, "supplementalGroupsPolicy">,
): Refusal | null {
  if (!asksForStrictGroups(pod) || node.supplementalGroupsPolicy !== false) return null;
  return {
    reason: "SupplementalGroupsPolicyNotSupported",
    message: strictGroupsUnsupported,
  };
}
