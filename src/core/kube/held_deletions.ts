/** Deletions that are not believed, as people are told of them and as they are stored. */
import type { Instant } from "../instant.ts";
import type { OwnCondition } from "../node/conditions.ts";
import { isPlainMap } from "../plain_map.ts";
import type { HoldReason } from "./deletion_proof.ts";
import { type Hold, type KeptPods, nameOf } from "./kept_pods.ts";
import type { KubeObject } from "./resource.ts";

export interface HeldDeletions {
  readonly reason: HoldReason;
  readonly since: Instant;
  /** `namespace/name` of each, in the order of their names. */
  readonly pods: readonly string[];
  /** One sentence that says what is wrong, and one that says what to do. */
  readonly message: string;
}

/** Null: nothing is held. */
export function heldDeletions<T extends KubeObject>(
  { hold, items }: Pick<KeptPods<T>, "hold" | "items">,
): HeldDeletions | null {
  if (hold === null) return null;
  const pods = [...hold.uids].flatMap((uid) => items.get(uid) ?? []).map(nameOf).toSorted();
  return { reason: hold.reason, since: hold.since, pods, message: messageOf(hold.reason, pods) };
}

const why: Readonly<Record<HoldReason, string>> = {
  OtherCluster: "The API server is of another cluster than before",
  OlderData: "The API server has older data than before",
};

/** The Node's condition that tells of them; there is none where nothing was ever held. */
export function heldCondition(held: HeldDeletions | null): OwnCondition {
  const said = held && { status: "True", reason: held.reason, message: held.message };
  return { type: "skerry.dev/DeletionsHeld", said };
}

/** As many as a condition can name. */
const named = 10;

function messageOf(reason: HoldReason, pods: readonly string[]): string {
  const count = pods.length === 1 ? "1 pod" : `${pods.length} pods`;
  const more = pods.length > named ? ` and ${pods.length - named} more` : "";
  return `${why[reason]} and does not show ${count} of this node, which run on: ` +
    `${pods.slice(0, named).join(", ")}${more}. "skerry confirm-deletions" ends them.`;
}

/** "" for none. */
export function holdText(hold: Hold | null): string {
  if (hold === null) return "";
  return JSON.stringify({ ...hold, uids: [...hold.uids].toSorted() });
}

/** Null for what is none. */
export function parseHold(text: string): Hold | null {
  if (text === "") return null;
  const value = parsed(text);
  if (!isPlainMap(value)) return null;
  const { reason, since, uids } = value;
  const isReason = reason === "OtherCluster" || reason === "OlderData";
  if (!isReason || typeof since !== "number" || !Array.isArray(uids)) return null;
  return { reason, since, uids: new Set(uids.map(String)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
