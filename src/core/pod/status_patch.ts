/**
 * What to tell the API server of a pod's status: the difference between what it has and what is, in the fields that are a
 * node's to write.
 */
import type { PodCondition, PodStatus } from "../k8s.ts";
import { mergePatchOf } from "../merge_patch.ts";
import type { PlainMap } from "../plain_map.ts";
import { isSameJson } from "../same_json.ts";

/** The conditions that a node writes; all others belong to somebody else and are left alone. */
export const ownConditions: readonly string[] = [
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
];

/** One that a node writes when it ends a pod itself; whoever else may have written it. */
const shared = "DisruptionTarget";

/** Whether a condition is a node's to write. */
export function isOwn({ type }: Pick<PodCondition, "type">): boolean {
  return ownConditions.includes(type);
}

/** Fields that are written as a whole. */
const wholeFields = [
  "phase",
  "reason",
  "message",
  "observedGeneration",
  "hostIP",
  "podIP",
  "startTime",
  "containerStatuses",
  "initContainerStatuses",
  "ephemeralContainerStatuses",
] as const;

/** Maps, which are merged. */
const mergedMaps = ["allocatedResources", "resources"] as const;

/** Lists that a strategic merge patch merges item by item. */
const addressLists = ["hostIPs", "podIPs"] as const;

/**
 * A strategic merge patch for the pod's `status` subresource, or null where the server has it all. The UID makes the server
 * refuse it for another pod of the same name.
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function statusPatch(
  { uid, before, after }: {
    readonly uid: string;
    /** What the server has. */
    readonly before: PodStatus;
    readonly after: PodStatus;
  },
): PlainMap | null {
  const status = {
    ...wholes(before, after),
    ...maps(before, after),
    ...addresses(before, after),
    ...conditions(before, after),
  };
  return Object.keys(status).length === 0 ? null : { metadata: { uid }, status };
}

function wholes(before: PodStatus, after: PodStatus): PlainMap {
  const changed: (keyof PodStatus)[] = wholeFields.filter((field) =>
    !isSameJson(before[field], after[field])
  );
  // The server gives a pod its class when it is created, and takes no other.
  if (before.qosClass === undefined && after.qosClass !== undefined) changed.push("qosClass");
  return Object.fromEntries(changed.map((field) => [field, after[field] ?? null]));
}

function maps(before: PodStatus, after: PodStatus): PlainMap {
  const changed = mergedMaps.filter((field) => !isSameJson(before[field], after[field]));
  return Object.fromEntries(
    changed.map((field) => [field, mergePatchOf({ was: before[field], is: after[field] })]),
  );
}

function addresses(before: PodStatus, after: PodStatus): PlainMap {
  const changed = addressLists.filter((list) => !isSameJson(before[list], after[list]));
  return Object.fromEntries(changed.flatMap((list) => {
    const [old, now] = [before[list] ?? [], after[list] ?? []];
    const gone = old.filter(({ ip }) => !now.some((other) => other.ip === ip));
    const order = now.length > 1 ? [[`$setElementOrder/${list}`, now]] : [];
    return [...order, [list, [...now, ...gone.map(({ ip }) => ({ ip, $patch: "delete" }))]]];
  }));
}

function conditions(before: PodStatus, after: PodStatus): PlainMap {
  const old = (before.conditions ?? []).filter(isOwn);
  const now = (after.conditions ?? []).filter((each) => isOwn(each) || each.type === shared);
  const gone = old.filter(({ type }) => !now.some((other) => other.type === type));
  const parts = [
    ...now.flatMap((condition) => changes(condition, before.conditions ?? [])),
    ...gone.map(({ type }) => ({ type, $patch: "delete" })),
  ];
  return parts.length === 0 ? {} : { conditions: parts };
}

/** What differs in one condition; what it does not say any more is taken away. */
function changes(condition: PodCondition, old: readonly PodCondition[]): readonly PlainMap[] {
  const was: PlainMap = { ...old.find(({ type }) => type === condition.type) };
  const is: PlainMap = { ...condition };
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = keys.filter((key) => !isSameJson(was[key], is[key]));
  if (changed.length === 0) return [];
  const fields = changed.map((key) => [key, is[key] ?? null]);
  return [{ type: condition.type, ...Object.fromEntries(fields) }];
}
