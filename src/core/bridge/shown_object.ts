/** What the API server is told of an object, from what it shows and what a node's journal says. */
import { annotation } from "../cri/labels.ts";
import { type Instant, rfc3339 } from "../instant.ts";
import { withChanges } from "../journal/changes.ts";
import type { JournalObject } from "../journal/record.ts";
import type { PodStatus } from "../k8s.ts";
import type { KubeObject } from "../kube/resource.ts";
import type { Node, NodeCondition } from "../node/node_object.ts";
import { withoutHeartbeat } from "../node/status_patch.ts";
import { isPlainMap, type PlainMap } from "../plain_map.ts";
import { statusPatch } from "../pod/status_patch.ts";
import { isSameJson } from "../same_json.ts";

/** A pod as the API server shows it. */
export interface ShownPod extends KubeObject {
  readonly metadata: NonNullable<KubeObject["metadata"]> & {
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: PodStatus;
}

/** Makes the newest status of the one before. */
export type StatusChange = (before: PlainMap) => PlainMap;

export function changedBy(changes: PlainMap): StatusChange {
  return (before) => withChanges(before, changes);
}

/** Whether it is the pod, or the mirror of the static pod, that the node speaks of. */
export function isShownOf(shown: ShownPod, { uid }: Pick<JournalObject, "uid">): boolean {
  const { metadata } = shown;
  return metadata.uid === uid || metadata.annotations?.[annotation.configMirror] === uid;
}

/** A strategic merge patch for the pod's status; null where the server has it all. */
export function podPatch(shown: ShownPod, changes: readonly StatusChange[]): PlainMap | null {
  const before = shown.status ?? {};
  const after = changes.reduce((status, change) => change(status), { ...before } as PlainMap);
  return statusPatch({ uid: shown.metadata.uid, before, after });
}

/** The Node's conditions that are others after the changes, with a heartbeat; of a node's status nothing else is relayed. */
export function changedNodeConditions(
  shown: Node,
  { changes, now }: { readonly changes: readonly StatusChange[]; readonly now: Instant },
): readonly NodeCondition[] {
  const before = shown.status?.conditions ?? [];
  const start: PlainMap = { conditions: before };
  const { conditions } = changes.reduce((status, change) => change(status), start);
  const after = Array.isArray(conditions) ? conditions.filter(isCondition) : [];
  const changed = after.filter((each) => {
    const former = before.find(({ type }) => type === each.type);
    return former === undefined || !isSameJson(withoutHeartbeat(former), withoutHeartbeat(each));
  });
  return changed.map((each) => ({ ...each, lastHeartbeatTime: rfc3339(now) }));
}

function isCondition(value: unknown): value is NodeCondition {
  return isPlainMap(value) && typeof value["type"] === "string" &&
    typeof value["status"] === "string";
}
