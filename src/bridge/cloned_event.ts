/** Tells at a Node that another machine speaks with its certificate. */
import type { CoreV1Event } from "@kubernetes/client-node";
import {
  clonedEvent,
  type ClonedEventInput,
  clonedRepetition,
} from "../core/bridge/cloned_event.ts";
import type { Clone } from "../core/bridge/session.ts";
import { minute } from "../core/instant.ts";
import type { Wire } from "../core/k8s.ts";
import { events, nodes, type ObjectRef } from "../core/kube/resource.ts";
import type { Node } from "../core/node/node_object.ts";
import { Conflict, PortError } from "../ports/errors.ts";
import type { BridgeDeps } from "./deps.ts";

export interface ClonedEvent {
  /** Counts, and tells of it at most once in ten minutes. Where that fails, it is told with the next one that is heard after them. */
  heard(clone: Clone): Promise<void>;
}

export type ClonedEventDeps = Pick<BridgeDeps, "kube" | "clock" | "metrics" | "log" | "name"> & {
  readonly node: string;
};

type Event = Wire<CoreV1Event>;

const pauseMs = 10 * minute;

export function createClonedEvent(
  { kube, clock, metrics, log, name: bridge, node: name }: ClonedEventDeps,
): ClonedEvent {
  /** Heard, and not told of yet. */
  let count = 0;
  let triedAt = -Infinity;

  async function tell(clone: Clone): Promise<void> {
    const { metadata } = await kube.get<Node>({ resource: nodes, name });
    const node = { name, uid: metadata?.uid ?? "" };
    const telling = { node, clone, bridge, count, now: clock.now() };
    const event = clonedEvent(telling);
    const ref = refOf(event);
    try {
      metrics.writes.inc({ resource: events.plural });
      await kube.create(ref, event);
    } catch (err) {
      if (!(err instanceof Conflict)) throw err;
      await repeat(ref, telling);
    }
  }

  /** It was told of before, by this bridge or another one: only the API server knows how often. */
  async function repeat(ref: ObjectRef, telling: ClonedEventInput): Promise<void> {
    // A patch that changes nothing is answered with what is there: so a bridge needs no right to read events.
    const shown = await kube.patch<Event>(ref, { kind: "merge", body: {} });
    metrics.writes.inc({ resource: events.plural });
    const all = (shown.count ?? 0) + telling.count;
    await kube.patch(ref, { kind: "merge", body: clonedRepetition({ ...telling, count: all }) });
  }

  return {
    async heard(clone) {
      count++;
      if (clock.monotonic() - triedAt < pauseMs) return;
      triedAt = clock.monotonic();
      try {
        await tell(clone);
        count = 0;
      } catch (err) {
        if (!(err instanceof PortError)) throw err;
        log.warn("Cannot tell at the Node that another machine has its certificate", { err });
      }
    },
  };
}

function refOf({ metadata: { namespace = "", name = "" } }: Event): ObjectRef {
  return { resource: events, namespace, name };
}
