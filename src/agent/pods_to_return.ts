/** The pods that are to run on after a reboot: those that have ended, or are to end, are not. */
import type { Pod } from "../core/k8s.ts";
import type { PodRecord } from "./pod_record.ts";

export function podsToReturn(
  records: readonly Pick<PodRecord, "desired" | "refusal" | "isFinal" | "terminating">[],
): readonly Pod[] {
  return records.flatMap(({ desired, refusal, isFinal, terminating }) =>
    desired === null || refusal !== null || isFinal || terminating ? [] : [desired]
  );
}
