/** What a person sees of a bridge's work at a Node: a condition, and an annotation with the bridge's name. */
import { type Instant, rfc3339 } from "../instant.ts";
import type { Said } from "../node/conditions.ts";
import type { NodeCondition } from "../node/node_object.ts";
import type { PlainMap } from "../plain_map.ts";

export const relayedStatus = "skerry.dev/RelayedStatus";
export const relayedByAnnotation = "skerry.dev/relayed-by";

/** Why a bridge does not write the node's status any more. */
export type EndOfRelaying = "NodeReportsItself" | "NodeGone";

/** While a bridge writes the node's status. */
export const relayed: Said = {
  status: "True",
  reason: "ApiServerUnreachable",
  message: "The node cannot reach the API server: its status comes over the message broker",
};

export function notRelayed(reason: EndOfRelaying): Said {
  const message = reason === "NodeReportsItself"
    ? "The node tells the API server itself how it is"
    : "The node is not at the message broker any more";
  return { status: "False", reason, message };
}

/** The condition as it is to be from now on; null where it is said already. */
export function relayedCondition(
  shown: readonly NodeCondition[],
  { said, now }: { readonly said: Said; readonly now: Instant },
): NodeCondition | null {
  const before = shown.find(({ type }) => type === relayedStatus);
  if (before?.status === said.status && before.reason === said.reason) return null;
  // What was never said is not taken back.
  if (before === undefined && said.status === "False") return null;
  const time = rfc3339(now);
  const lastTransitionTime = before?.status === said.status ? before.lastTransitionTime : time;
  return {
    type: relayedStatus,
    ...said,
    lastHeartbeatTime: time,
    ...lastTransitionTime && { lastTransitionTime },
  };
}

/** A patch of the Node's metadata; `null` takes the name away. */
export function relayedByPatch(bridge: string | null): PlainMap {
  return { metadata: { annotations: { [relayedByAnnotation]: bridge } } };
}
