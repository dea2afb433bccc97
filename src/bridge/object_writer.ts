/** Writes into the API server what a node says of its pods, its Node and its events; what is written twice changes nothing. */
import { combinedMessage } from "../core/kube/event_correlation.ts";
import { eventNamespace, eventObject, eventRepetition } from "../core/kube/event_object.ts";
import { events, nodes, type ObjectRef, pods } from "../core/kube/resource.ts";
import { foldedEvents } from "../core/journal/events.ts";
import type { JournalEvent, JournalObject, JournalRecord } from "../core/journal/record.ts";
import type { Node } from "../core/node/node_object.ts";
import {
  changedNodeConditions,
  isShownOf,
  podPatch,
  type ShownPod,
  type StatusChange,
} from "../core/bridge/shown_object.ts";
import { Conflict, Forbidden, NotFound } from "../ports/errors.ts";
import type { BridgeDeps } from "./deps.ts";

export interface ObjectWriter {
  /** What changed of an object, in order. Throws Forbidden where the object is not the node's. */
  changed(object: JournalObject, changes: readonly StatusChange[]): Promise<void>;
  /** Nothing of the pod is left on the node. */
  gone(object: JournalObject): Promise<void>;
  /** Records of one event, in order. */
  event(records: readonly JournalRecord<JournalEvent>[]): Promise<void>;
}

export type ObjectWriterDeps = Pick<BridgeDeps, "kube" | "clock" | "metrics"> & {
  readonly node: string;
};

export function createObjectWriter(deps: ObjectWriterDeps): ObjectWriter {
  const { kube, clock, metrics, node } = deps;

  async function patch(ref: ObjectRef, body: unknown, kind: "strategic" | "merge" = "strategic") {
    metrics.writes.inc({ resource: ref.resource.plural });
    await kube.patch(ref, { kind, body });
  }

  /** Null where the pod is no more, or another one has its name. */
  async function shownPod(object: JournalObject): Promise<ShownPod | null> {
    const shown = await orNull(() => kube.get<ShownPod>(podRef(object)));
    if (shown === null || !isShownOf(shown, object)) return null;
    if (shown.spec?.nodeName !== node) {
      throw new Forbidden(`${object.namespace}/${object.name} is no pod of ${node}`);
    }
    return shown;
  }

  async function podChanged(object: JournalObject, changes: readonly StatusChange[]) {
    const shown = await shownPod(object);
    const body = shown && podPatch(shown, changes);
    if (body !== null) await patch({ ...podRef(object), subresource: "status" }, body);
  }

  async function nodeChanged(object: JournalObject, changes: readonly StatusChange[]) {
    if (object.name !== node) throw new Forbidden(`${node} does not speak for ${object.name}`);
    const ref = { resource: nodes, name: node };
    const shown = await kube.get<Node>(ref);
    const conditions = changedNodeConditions(shown, { changes, now: clock.now() });
    if (conditions.length === 0) return;
    await patch({ ...ref, subresource: "status" }, { status: { conditions } });
  }

  async function tell(records: readonly JournalRecord<JournalEvent>[]): Promise<void> {
    const { event, combined, origin } = foldedEvents(records);
    const message = combined ? combinedMessage(event.message) : event.message;
    const telling = { event, message, count: event.count, origin, nodeName: node };
    const object = eventObject(telling);
    const name = object.metadata.name ?? "";
    const ref = { resource: events, namespace: eventNamespace(event), name };
    try {
      metrics.writes.inc({ resource: events.plural });
      await kube.create(ref, object);
    } catch (err) {
      // It was told before: by this bridge, another one, or the node.
      if (!(err instanceof Conflict)) throw err;
      await patch(ref, eventRepetition(telling), "merge");
    }
  }

  return {
    async changed(object, changes) {
      await (object.kind === "Node" ? nodeChanged(object, changes) : podChanged(object, changes));
    },
    async gone(object) {
      const shown = object.kind === "Pod" ? await shownPod(object) : null;
      // Pods go when somebody wants them to: a node alone does not take one away.
      if (shown?.metadata.deletionTimestamp === undefined) return;
      metrics.writes.inc({ resource: pods.plural });
      const { uid } = shown.metadata;
      await orNull(() => kube.delete(podRef(object), { gracePeriodSeconds: 0, uid }));
    },
    async event(records) {
      const about = records[0]?.entry.event;
      if (about === undefined) return;
      if (about.namespace === "" && about.name !== node) {
        throw new Forbidden(`${node} tells no events of ${about.name}`);
      }
      if (about.namespace !== "") await shownPod({ ...about, kind: "Pod" });
      await tell(records);
    },
  };
}

function podRef({ namespace, name }: Pick<JournalObject, "namespace" | "name">): ObjectRef {
  return { resource: pods, namespace, name };
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (err) {
    if (err instanceof NotFound) return null;
    throw err;
  }
}
