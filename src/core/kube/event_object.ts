/** An event as an object of the API server. @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
import type { CoreV1Event } from "@kubernetes/client-node";
import type { RecordedEvent } from "../event.ts";
import { rfc3339 } from "../instant.ts";
import type { EventOrigin } from "../journal/events.ts";
import type { Wire } from "../k8s.ts";

/** `kubectl describe` and dashboards look for this name: it is that of a node's agent, whichever it is. */
const component = "kubelet";
/** The longest name that an object may have. */
const maxName = 253;

export interface EventObjectInput {
  readonly event: RecordedEvent;
  /** As it is told; the event's own unless it stands for others too. */
  readonly message: string;
  readonly count: number;
  readonly nodeName: string;
  readonly origin: EventOrigin;
}

/** Its name follows from where it was recorded first: who tells of it once more makes no second one. */
export function eventObject(
  { event, message, count, nodeName, origin }: EventObjectInput,
): Wire<CoreV1Event> {
  const { firstSeen, lastSeen, type, reason } = event;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: eventName(event, { suffix: originName(origin) }),
      namespace: eventNamespace(event),
    },
    involvedObject: involvedObject(event),
    type,
    reason,
    message,
    count,
    firstTimestamp: rfc3339(firstSeen),
    lastTimestamp: rfc3339(lastSeen),
    source: { component, host: nodeName },
    reportingComponent: component,
    reportingInstance: nodeName,
  };
}

/** The time as well: a number that was given while the journal could not be written may be given again. */
function originName({ bootId, firstSeen, sequence }: EventOrigin): string {
  const time = Math.max(0, Math.trunc(firstSeen)).toString(16);
  return [bootId.replaceAll("-", "").slice(0, 8) || "0", time, sequence.toString(16)].join(".");
}

/** By what it is about, and what tells it from others; cut to what a name may have: no label ends in a dash, and none is empty. */
export function eventName(
  { name }: Pick<RecordedEvent, "name">,
  { suffix }: { readonly suffix: string },
): string {
  const about = name.slice(0, maxName - 1 - suffix.length).replace(/[.-]+$/, "");
  return `${about}.${suffix}`;
}

/** What changes when the event happens again. */
export function eventRepetition(
  { event, message, count }: Pick<EventObjectInput, "event" | "message" | "count">,
): Wire<Pick<CoreV1Event, "count" | "lastTimestamp" | "message">> {
  return { count, message, lastTimestamp: rfc3339(event.lastSeen) };
}

/** Events of objects without a namespace, such as the Node, lie in `default`. */
export function eventNamespace({ namespace }: Pick<RecordedEvent, "namespace">): string {
  return namespace === "" ? "default" : namespace;
}

function involvedObject(
  { namespace, name, uid, resourceVersion, fieldPath }: RecordedEvent,
): Wire<CoreV1Event>["involvedObject"] {
  if (namespace === "") return { apiVersion: "v1", kind: "Node", name, ...(uid !== "" && { uid }) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    namespace,
    name,
    uid,
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(fieldPath !== "" && { fieldPath }),
  };
}
