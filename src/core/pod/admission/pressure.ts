/** Whether a node that runs short of something takes the pod all the same. */
import type { Pod } from "../../k8s.ts";
import { qosClass } from "../qos.ts";
import type { AdmissionNode, Taint } from "./node.ts";
import { isCritical } from "./preemption.ts";
import type { Refusal } from "./refusal.ts";
import { tolerates } from "./taints.ts";

const memoryTaint: Taint = { key: "node.kubernetes.io/memory-pressure", effect: "NoSchedule" };

/**
 * Critical pods are always taken. Where nothing but memory is short, so is a pod that asks for some of it, or that tolerates
 * the shortage.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-conditions
 */
export function refusedForPressure(
  pod: Pod,
  { pressures }: Pick<AdmissionNode, "pressures">,
): Refusal | null {
  if (pressures.length === 0 || isCritical(pod)) return null;
  const onlyMemory = pressures.every((each) => each === "MemoryPressure");
  if (onlyMemory && (qosClass(pod) !== "BestEffort" || toleratesShortage(pod))) return null;
  return { reason: "Evicted", message: `The node had condition: [${pressures.join(" ")}]. ` };
}

function toleratesShortage({ spec }: Pod): boolean {
  return spec.tolerations?.some((each) => tolerates(each, memoryTaint)) ?? false;
}
