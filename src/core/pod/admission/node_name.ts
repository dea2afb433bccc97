/** Whether a pod was bound to this node. */
import type { Pod } from "../../k8s.ts";
import type { AdmissionNode } from "./node.ts";
import type { Mismatch } from "./predicate.ts";

export function nodeNameFailures(
  { spec }: Pick<Pod, "spec">,
  { name }: Pick<AdmissionNode, "name">,
): readonly Mismatch[] {
  if (!spec.nodeName || spec.nodeName === name) return [];
  return [{
    kind: "Mismatch",
    name: "NodeName",
    reason: "node(s) didn't match the requested node name",
  }];
}
