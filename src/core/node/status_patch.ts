/** What has changed in a Node's status, as a strategic merge patch that leaves everything else alone. */
import { canonicalJson } from "../canonical_json.ts";
import { isPlainMap, type PlainMap } from "../plain_map.ts";
import type { NodeCondition, NodeStatus } from "./node_object.ts";

/** The new fields of `status`; null takes a key away. Empty: nothing but heartbeats has changed. */
export type StatusChanges = PlainMap;

/** Times of heartbeats do not count. */
export function statusChanges(
  { before, after }: { readonly before: NodeStatus; readonly after: NodeStatus },
): StatusChanges {
  const { conditions = [], addresses, ...fields } = after;
  const own = new Map(Object.entries(before));
  return {
    ...changedFields(own, fields),
    ...(changed(before.addresses, addresses) && { addresses }),
    ...(conditionsDiffer(before.conditions ?? [], conditions) && { conditions }),
  };
}

/** Conditions are sent with their heartbeats whatever has changed. */
export function statusPatch(
  changes: StatusChanges,
  { conditions = [] }: Pick<NodeStatus, "conditions">,
): { readonly status: PlainMap } {
  return { status: { ...changes, ...replaced(changes), conditions } };
}

/**
 * Addresses are merged by their type, of which a node may have two: they must be replaced as a whole.
 * @see https://github.com/kubernetes/kubernetes/pull/79391
 */
function replaced({ addresses }: StatusChanges): PlainMap {
  return Array.isArray(addresses) ? { addresses: [...addresses, { $patch: "replace" }] } : {};
}

function conditionsDiffer(
  before: readonly NodeCondition[],
  after: readonly NodeCondition[],
): boolean {
  return after.some((condition) => {
    const former = before.find(({ type }) => type === condition.type);
    return former === undefined || changed(withoutHeartbeat(former), withoutHeartbeat(condition));
  });
}

/** Heartbeats are no transitions. */
export function withoutHeartbeat(
  { lastHeartbeatTime: _heartbeat, ...rest }: NodeCondition,
): NodeCondition {
  return rest;
}

function changedFields(
  before: ReadonlyMap<string, unknown>,
  after: Readonly<Record<string, unknown>>,
): PlainMap {
  return Object.fromEntries(
    Object.entries(after).flatMap(([name, value]) => {
      const former = before.get(name);
      if (!changed(former, value)) return [];
      return [[name, isPlainMap(former) && isPlainMap(value) ? mapChanges(former, value) : value]];
    }),
  );
}

/** Of a map that is this node's alone, what is there no more goes. */
function mapChanges(before: PlainMap, after: PlainMap): PlainMap {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return {
    ...Object.fromEntries(gone.map((key) => [key, null])),
    ...changedFields(new Map(Object.entries(before)), after),
  };
}

/** To the API server an empty list is none. */
function changed(before: unknown, after: unknown): boolean {
  const none = (value: unknown): boolean =>
    value === undefined || (Array.isArray(value) && value.length === 0);
  if (none(before) && none(after)) return false;
  return canonicalJson(before) !== canonicalJson(after);
}
