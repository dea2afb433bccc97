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
 * The conditions whose change is news, in order. `known` is all that was said before, by the API server or by this node: a
 * change that it tells of has been told. That a new node is ready, or not yet, is no change.
 */
export function changedConditions(
  { known, next }: {
    readonly known: readonly NodeCondition[];
    readonly next: readonly NodeCondition[];
  },
): readonly NodeCondition[] {
  return next.filter((condition) => {
    const former = known.filter(({ type }) => type === condition.type);
    if (former.length === 0 && condition.type === "Ready") return false;
    return !former.some((each) => isSameChange(each, condition));
  });
}

/** Whether two tell of one change. */
export function isSameChange(a: NodeCondition, b: NodeCondition): boolean {
  return a.status === b.status && a.lastTransitionTime === b.lastTransitionTime;
}

/** The event that tells of a condition's change; undefined for those of others. */
export function eventReason({ type, status }: NodeCondition): string | undefined {
  return reasons[`${type} ${status}`];
}
