/** An event as an object of the API server. @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
import type { CoreV1Event } from "@kubernetes/client-node";
import type { RecordedEvent } from "../event.ts";
import { rfc3339 } from "../instant.ts";
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
}

/** The name is made of the time and of what counts the events of this agent, so that no two are the same. */
export function eventObject(
  { event, message, count, nodeName }: EventObjectInput,
): Wire<CoreV1Event> {
  const { firstSeen, lastSeen, type, reason, sequence } = event;
  const nanoseconds = BigInt(Math.trunc(lastSeen)) * 1_000_000n + BigInt(sequence % 1_000_000);
  const suffix = `.${nanoseconds.toString(16)}`;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `${event.name.slice(0, maxName - suffix.length)}${suffix}`,
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
