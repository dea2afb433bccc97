/** The events that tell of a change of a Node's conditions, in the kubelet's words. */
import type { NodeCondition } from "./node_object.ts";

/** By type and status. */
const reasons: Readonly<Record<string, string>> = {
  "MemoryPressure True": "NodeHasInsufficientMemory",
  "MemoryPressure False": "NodeHasSufficientMemory",
  "DiskPressure True": "NodeHasDiskPressure",
  "DiskPressure False": "NodeHasNoDiskPressure",
  "PIDPressure True": "NodeHasInsufficientPID",
  "PIDPressure False": "NodeHasSufficientPID",
  "Ready True": "NodeReady",
  "Ready False": "NodeNotReady",
};

/**
 * The reasons of the events, in order. `known` is all that was said before, by the API server or by this node: a change that
 * it tells of has had its event. That a new node is ready, or not yet, is no change.
 */
export function conditionEvents(
  { known, next }: {
    readonly known: readonly NodeCondition[];
    readonly next: readonly NodeCondition[];
  },
): readonly string[] {
  return next.flatMap((condition) => {
    const former = known.filter(({ type }) => type === condition.type);
    if (former.some((each) => isSameChange(each, condition))) return [];
    if (former.length === 0 && condition.type === "Ready") return [];
    return reasons[`${condition.type} ${condition.status}`] ?? [];
  });
}

function isSameChange(a: NodeCondition, b: NodeCondition): boolean {
  return a.status === b.status && a.lastTransitionTime === b.lastTransitionTime;
}
