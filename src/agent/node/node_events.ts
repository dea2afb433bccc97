/** The events about the own Node, as the kubelet words them. */
import type { PodEvent } from "../../core/event.ts";
import { changedConditions, eventReason, isSameChange } from "../../core/node/condition_events.ts";
import type { HeldDeletions } from "../../core/kube/held_deletions.ts";
import type { Node, NodeCondition, NodeStatus } from "../../core/node/node_object.ts";
import { type StoreProblem, storeProblemText } from "../../core/store_state.ts";
import type { Log } from "../../ports/log.ts";
import type { EventRecorder } from "../events/event_recorder.ts";

export interface NodeEvents {
  /** The agent has started. */
  started(): void;
  /** The limit of all pods together has been set, or could not be. */
  allocatableEnforced(failure: string | null): void;
  /** The status was computed anew: tells of changed conditions, and of a restart of the machine. */
  computed(change: StatusChange): void;
  /** The Node was looked at: tells when pods may not come any more, or may again. */
  seen(node: Node): void;
  /** Other deletions are held than before; null: none are any more. */
  deletionsHeld(held: HeldDeletions | null): void;
  /** The local store has another problem than before; null: it has none any more. */
  storeProblem(problem: StoreProblem | null): void;
  /** A damaged store was set aside. */
  storeSetAside(path: string): void;
  /** Not enough images could be removed. */
  imagesNotFreed(message: string): void;
  /** Images could not be collected more than once in a row. */
  imageGcFailed(message: string): void;
}

export interface StatusChange {
  /** What the API server has. */
  readonly previous: NodeStatus;
  /** The conditions as they were computed before. */
  readonly computed: readonly NodeCondition[];
  readonly next: NodeStatus;
}

export function createNodeEvents(
  { nodeName, recorder, log }: {
    readonly nodeName: string;
    readonly recorder: Pick<EventRecorder, "record">;
    readonly log: Log;
  },
): NodeEvents {
  let uid = "";
  let held: NodeCondition | null = null;
  let rebootTold = false;
  let unschedulable = false;

  function record({ type, reason, message }: Pick<PodEvent, "type" | "reason" | "message">): void {
    const about = { namespace: "", name: nodeName, uid, fieldPath: "" };
    recorder.record({ type, reason, message, ...about });
    if (type === "Warning") log.warn("Event", { node: nodeName, reason, detail: message });
    else log.info("Event", { node: nodeName, reason, detail: message });
  }
  const normal = (reason: string, message: string): void =>
    record({ type: "Normal", reason, message });
  const status = (reason: string): void =>
    normal(reason, `Node ${nodeName} status is now: ${reason}`);

  function conditionChanged(condition: NodeCondition): void {
    const reason = eventReason(condition);
    if (reason !== undefined) status(reason);
  }

  function rebooted({ previous, next }: StatusChange): void {
    const [former = "", own = ""] = [previous.nodeInfo?.bootID, next.nodeInfo?.bootID];
    if (former === "" || former === own || rebootTold) return;
    rebootTold = true;
    const message = `Node ${nodeName} has been rebooted, boot id: ${own}`;
    record({ type: "Warning", reason: "Rebooted", message });
  }

  return {
    started: () => normal("Starting", "Starting kubelet."),
    allocatableEnforced(failure) {
      if (failure === null) {
        return normal("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods");
      }
      const message = `Failed to update Node Allocatable Limits: ${failure}`;
      record({ type: "Warning", reason: "FailedNodeAllocatableEnforcement", message });
    },
    computed(change) {
      const known = [...change.previous.conditions ?? [], ...change.computed];
      const next = change.next.conditions ?? [];
      for (const condition of changedConditions({ known, next })) {
        // Whether it is news that this node is ready shows when its Node is known.
        if (uid === "" && condition.type === "Ready") held = condition;
        else conditionChanged(condition);
      }
      rebooted(change);
    },
    seen({ metadata, spec, status: { conditions = [] } = {} }) {
      uid = metadata?.uid ?? uid;
      const ready = conditions.find(({ type }) => type === "Ready");
      if (held !== null && !isOldNews(held, ready)) conditionChanged(held);
      held = null;
      const now = spec?.unschedulable ?? false;
      if (now !== unschedulable) status(now ? "NodeNotSchedulable" : "NodeSchedulable");
      unschedulable = now;
    },
    deletionsHeld(held) {
      if (held === null) {
        return normal("DeletionsReleased", "No deletions of pods are held any more");
      }
      record({ type: "Warning", reason: "DeletionsHeld", message: held.message });
    },
    storeProblem(problem) {
      if (problem === null) return normal("StoreRecovered", "The local store can be written again");
      record({ type: "Warning", reason: "StoreProblem", message: storeProblemText(problem) });
    },
    storeSetAside(path) {
      const message =
        `The local store was damaged: it is set aside as ${path}, a new one has what could be read of it`;
      record({ type: "Warning", reason: "StoreDamaged", message });
    },
    imagesNotFreed: (message) =>
      record({ type: "Warning", reason: "FreeDiskSpaceFailed", message }),
    imageGcFailed: (message) => record({ type: "Warning", reason: "ImageGCFailed", message }),
  };
}

/** The Node has been so since before this agent. */
function isOldNews(condition: NodeCondition, known: NodeCondition | undefined): boolean {
  return known?.status === condition.status && !isSameChange(known, condition);
}
