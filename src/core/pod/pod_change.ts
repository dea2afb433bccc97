/** Whether a pod that is known has changed so that there may be something to do. */
import { canonicalJson } from "../canonical_json.ts";
import { annotation } from "../cri/labels.ts";
import type { Pod, PodCondition } from "../k8s.ts";
import { terminalPhase } from "./memory.ts";
import { isOwn } from "./status_patch.ts";

/**
 * A new version of a pod asks for work where its spec, its labels, its annotations or its deletion differ, or what somebody else
 * may say in its status: a condition may open a readiness gate, and a pod that is said to have ended is to be ended. The rest of
 * the status is the node's own, and comes back to it.
 */
export function asksForWork(
  { before, after }: { readonly before: Pod; readonly after: Pod },
): boolean {
  return before !== after && essence(before) !== essence(after);
}

function essence({ metadata, spec, status }: Pod): string {
  const { labels, generation, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const { [annotation.configSeen]: _seen, ...annotations } = metadata.annotations ?? {};
  return canonicalJson({
    spec,
    labels,
    annotations,
    generation,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    phase: terminalPhase(status?.phase),
    conditions: (status?.conditions ?? []).filter(isForeign),
  });
}

function isForeign(condition: PodCondition): boolean {
  return !isOwn(condition);
}
