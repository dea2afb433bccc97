/** Whether a pod fits on the node, and who makes way for it if it must. */
import type { Pod } from "../../k8s.ts";
import { failure, type Result, success } from "../../result.ts";
import { hostPortFailures } from "./host_ports.ts";
import { nodeAffinityFailures } from "./node_affinity.ts";
import { nodeNameFailures } from "./node_name.ts";
import { type AdmissionContext, type PredicateFailure, refusalOf } from "./predicate.ts";
import { isCritical, podsToPreempt } from "./preemption.ts";
import type { Refusal } from "./refusal.ts";
import { shortages } from "./resources.ts";
import { taintFailures } from "./taints.ts";

/** Gives the pods that are to be ended first: none but for a critical pod that lacks nothing but room. */
export function fitOnNode(
  pod: Pod,
  context: AdmissionContext,
): Result<readonly Pod[], Refusal> {
  const { node, others } = context;
  const tooLittle = shortages(pod, context);
  const mismatches = [
    ...nodeAffinityFailures(pod, node),
    ...nodeNameFailures(pod, node),
    ...hostPortFailures(pod, others),
    ...taintFailures(pod, node),
  ];
  if (isCritical(pod)) {
    if (mismatches[0] !== undefined) return failure(refusalOf(mismatches[0]));
    return tooLittle.length === 0 ? success([]) : makeRoom(pod, { shortages: tooLittle, others });
  }
  const [first]: readonly PredicateFailure[] = [...tooLittle, ...mismatches];
  return first === undefined ? success([]) : failure(refusalOf(first));
}

function makeRoom(
  pod: Pod,
  lack: Parameters<typeof podsToPreempt>[1],
): Result<readonly Pod[], Refusal> {
  const chosen = podsToPreempt(pod, lack);
  if (chosen.ok) return chosen;
  const message = "Unexpected error while attempting to recover from admission failure: " +
    chosen.error;
  return failure({ reason: "UnexpectedAdmissionError", message });
}
