/** Events as objects of the Kubernetes API, for programs. */
import type { RecordedEvent } from "../core/event.ts";
import { rfc3339 } from "../core/instant.ts";

/** A v1 Event. @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export function eventObject(event: RecordedEvent): unknown {
  const { namespace, name, uid, fieldPath, type, reason, message, count, sequence } = event;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `${name}.${sequence.toString(16)}`,
      namespace,
      creationTimestamp: rfc3339(event.firstSeen),
    },
    involvedObject: {
      apiVersion: "v1",
      kind: "Pod",
      name,
      namespace,
      uid,
      ...(fieldPath === "" ? {} : { fieldPath }),
    },
    type,
    reason,
    message,
    count,
    firstTimestamp: rfc3339(event.firstSeen),
    lastTimestamp: rfc3339(event.lastSeen),
    source: { component: "skerry" },
  };
}
