/** The Node's condition that tells whether its pods would come back after a power cut without a link. */
import type { OwnCondition } from "./conditions.ts";
import type { PodReadiness } from "./reboot_ready.ts";

/** Null: nobody has looked yet, or what there is could not be read, for this reason. */
export type RebootVerdict = readonly PodReadiness[] | { readonly problem: string } | null;

/** As many as a condition can name. */
const named = 3;

/** None before anybody has looked: what an earlier agent has said stays. */
export function rebootCondition(verdict: RebootVerdict): readonly OwnCondition[] {
  return verdict === null ? [] : [{ type: "skerry.dev/RebootReady", said: said(verdict) }];
}

function said(verdict: NonNullable<RebootVerdict>): NonNullable<OwnCondition["said"]> {
  if ("problem" in verdict) {
    return { status: "Unknown", reason: "CannotTell", message: verdict.problem };
  }
  const lost = verdict.filter(({ missing }) => missing !== "");
  if (lost.length === 0) {
    const message = "All pods would come back after a power cut, without a link as well";
    return { status: "True", reason: "PodsComeBack", message };
  }
  return { status: "False", reason: "PodsWouldBeLost", message: messageOf(lost) };
}

function messageOf(lost: readonly PodReadiness[]): string {
  const count = lost.length === 1 ? "1 pod" : `${lost.length} pods`;
  const first = lost.slice(0, named).map(({ namespace, name, missing }) =>
    `${namespace}/${name} (${missing})`
  );
  const more = lost.length > named ? ` and ${lost.length - named} more` : "";
  return `${count} would not come back after a power cut without a link: ${
    first.join(", ")
  }${more}`;
}
