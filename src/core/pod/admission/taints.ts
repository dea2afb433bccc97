/** Whether a pod bears with the taints that drive pods off the node. */
import type { V1Toleration } from "@kubernetes/client-node";
import type { Pod, Wire } from "../../k8s.ts";
import { isStaticPod } from "../static_pod.ts";
import type { AdmissionNode, Taint } from "./node.ts";
import type { Mismatch } from "./predicate.ts";

type Toleration = Wire<V1Toleration>;

/** Only `NoExecute` counts on the node, and static pods stay in spite of it. */
export function taintFailures(
  pod: Pod,
  { taints }: Pick<AdmissionNode, "taints">,
): readonly Mismatch[] {
  if (isStaticPod(pod)) return [];
  const tolerations = pod.spec.tolerations ?? [];
  const drives = (taint: Taint): boolean =>
    taint.effect === "NoExecute" && !tolerations.some((each) => tolerates(each, taint));
  if (!taints.some(drives)) return [];
  return [{
    kind: "Mismatch",
    name: "TaintToleration",
    reason: "node(s) had taints that the pod didn't tolerate",
  }];
}

/**
 * What is left out matches everything; without an operator the values must be equal.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === "Exists") return true;
  return (!operator || operator === "Equal") && (value ?? "") === (taint.value ?? "");
}
