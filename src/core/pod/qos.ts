/** A pod's quality of service class: who is throttled and killed first when the node runs short. */
import { allContainers, type Pod, type ResourceRequirements } from "../k8s.ts";
import { addQuantities, compareQuantities, type Quantity } from "../quantity.ts";
import {
  type AmountKey,
  amountOf,
  type ComputeResource,
  hasPodLevelResources,
} from "./resources.ts";

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const resources: readonly ComputeResource[] = ["cpu", "memory"];

/**
 * Guaranteed: every container limits CPU and memory and requests just that. BestEffort: none asks for anything. Burstable:
 * all others. Init containers count; amounts of zero do not. What the pod asks for as a whole counts in place of its containers.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qosClass(pod: Pick<Pod, "spec">): QosClass {
  if (asksForNothing(pod)) return "BestEffort";
  return resources.every((resource) => isGuaranteed(pod, resource)) ? "Guaranteed" : "Burstable";
}

/** Those who ask: the pod or its containers. */
function askers({ spec }: Pick<Pod, "spec">): readonly Asker[] {
  return hasPodLevelResources(spec) ? [spec] : allContainers(spec);
}

type Asker = { readonly resources?: ResourceRequirements };

function asksForNothing(pod: Pick<Pod, "spec">): boolean {
  return askers(pod).every((asker) =>
    resources.every((resource) =>
      amountOf(asker, { kind: "requests", resource }).nanos <= 0n &&
      amountOf(asker, { kind: "limits", resource }).nanos <= 0n
    )
  );
}

/** Each has a limit, and the requests add up to the limits. */
function isGuaranteed(pod: Pick<Pod, "spec">, resource: ComputeResource): boolean {
  const amounts = (kind: AmountKey["kind"]): readonly Quantity[] =>
    askers(pod).map((asker) => amountOf(asker, { kind, resource }));
  const limits = amounts("limits");
  if (limits.some(({ nanos }) => nanos <= 0n)) return false;
  const [requested, limited] = [
    amounts("requests").reduce(addQuantities),
    limits.reduce(addQuantities),
  ];
  return compareQuantities(requested, limited) === 0;
}
