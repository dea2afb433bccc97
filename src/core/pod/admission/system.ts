/** Whether a pod is for the system that this node runs. */
import type { Pod } from "../../k8s.ts";
import type { Refusal } from "./refusal.ts";

/** The label that says for which system a node is; on a pod it is read as well. */
const osLabel = "kubernetes.io/os";

/** @see https://kubernetes.io/docs/concepts/workloads/pods/#pod-os */
export function refusedForSystem({ metadata, spec }: Pod): Refusal | null {
  const labelled = metadata.labels?.[osLabel];
  if (labelled !== undefined && labelled !== "linux") {
    return {
      reason: "PodOSSelectorNodeLabelDoesNotMatch",
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  }
  if (spec.os === undefined || spec.os.name === "linux") return null;
  return {
    reason: "PodOSNotSupported",
    message: "Failed to admit pod as the OS field doesn't match node OS",
  };
}
