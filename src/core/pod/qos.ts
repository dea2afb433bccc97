/** A pod's quality of service class: who is throttled and killed first when the node runs short. */
import { allContainers, type Pod } from "../k8s.ts";
import { addQuantities, compareQuantities, type Quantity } from "../quantity.ts";
import { type AmountKey, amountOf, type ComputeResource } from "./resources.ts";

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const resources: readonly ComputeResource[] = ["cpu", "memory"];

/**
 * Guaranteed: every container limits CPU and memory and requests just that. BestEffort: none asks for anything. Burstable:
 * all others. Init containers count; amounts of zero do not.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qosClass(pod: Pick<Pod, "spec">): QosClass {
  if (asksForNothing(pod)) return "BestEffort";
  return resources.every((resource) => isGuaranteed(pod, resource)) ? "Guaranteed" : "Burstable";
}

function asksForNothing({ spec }: Pick<Pod, "spec">): boolean {
  return allContainers(spec).every((container) =>
    resources.every((resource) =>
      amountOf(container, { kind: "requests", resource }).nanos <= 0n &&
      amountOf(container, { kind: "limits", resource }).nanos <= 0n
    )
  );
}

/** Every container has a limit, and the requests add up to the limits. */
function isGuaranteed({ spec }: Pick<Pod, "spec">, resource: ComputeResource): boolean {
  const amounts = (kind: AmountKey["kind"]): readonly Quantity[] =>
    allContainers(spec).map((container) => amountOf(container, { kind, resource }));
  const limits = amounts("limits");
  if (limits.some(({ nanos }) => nanos <= 0n)) return false;
  const [requested, limited] = [
    amounts("requests").reduce(addQuantities),
    limits.reduce(addQuantities),
  ];
  return compareQuantities(requested, limited) === 0;
}
