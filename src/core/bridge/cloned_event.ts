/** The Event on a Node whose certificate another machine has as well: `kubectl describe node` shows it. */
import type { CoreV1Event } from "@kubernetes/client-node";
import { type Instant, rfc3339 } from "../instant.ts";
import type { Wire } from "../k8s.ts";
import { eventName, eventNamespace } from "../kube/event_object.ts";
import type { Clone } from "./session.ts";

const component = "skerry-bridge";
/** A boot ID is a UUID; what a machine says in its place need not be one. */
const longestBootId = 64;

export interface ClonedEventInput {
  readonly node: { readonly name: string; readonly uid: string };
  readonly clone: Clone;
  /** Which bridge tells of it. */
  readonly bridge: string;
  /** How often it was heard. */
  readonly count: number;
  readonly now: Instant;
}

/** Its name follows from the node alone: whichever bridge tells of it, it is one Event. */
export function clonedEvent(input: ClonedEventInput): Wire<CoreV1Event> {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: eventName(input.node, { suffix: "cloned-node" }),
      namespace: eventNamespace({ namespace: "" }),
    },
    type: "Warning",
    reason: "ClonedNode",
    firstTimestamp: rfc3339(input.now),
    source: { component },
    reportingComponent: component,
    ...clonedRepetition(input),
  };
}

/** What changes when it is heard again: the Node may be another one of that name, and the machines may have changed places. */
export function clonedRepetition(
  { node: { name, uid }, clone, bridge, count, now }: ClonedEventInput,
): ClonedRepetition {
  return {
    involvedObject: { apiVersion: "v1", kind: "Node", name, uid },
    message: clonedMessage(clone),
    count,
    lastTimestamp: rfc3339(now),
    reportingInstance: bridge,
  };
}

export type ClonedRepetition = Pick<
  Wire<CoreV1Event>,
  "involvedObject" | "message" | "count" | "lastTimestamp" | "reportingInstance"
>;

function clonedMessage({ bootId, believed }: Clone): string {
  const [other, own] = [bootId, believed].map((each) => each.slice(0, longestBootId));
  return `Another machine (boot ID ${other}) speaks with this node's certificate: it is not believed, for the one with boot ID ${own} ` +
    `came later. Stop the agent on the copy, remove its state, and let it join with a node name of its own`;
}
