/** Keeps the cgroups that pods lie in up to what the pods ask for. */
import { qosCgroups, type QosCgroupsInput } from "../core/node/qos_cgroups.ts";
import type { Pod } from "../core/k8s.ts";
import type { Cgroups } from "../ports/cgroups.ts";
import type { Log } from "../ports/log.ts";

/** Gives a function that is told the pods wanted now. A failure costs the values, not the pods: the runtime makes the rest. */
export function createQosCgroups(
  { cgroups, log, ...about }:
    & Omit<QosCgroupsInput, "pods" | "cgroups">
    & {
      readonly cgroups: Cgroups;
      readonly settings: QosCgroupsInput["cgroups"];
      readonly log: Log;
    },
): (pods: readonly Pod[]) => Promise<void> {
  let written = "";
  return async (pods) => {
    const specs = qosCgroups({ cgroups: about.settings, capacity: about.capacity, pods });
    const wanted = JSON.stringify(specs);
    if (wanted === written) return;
    try {
      for (const spec of specs) await cgroups.ensure(spec);
      written = wanted;
    } catch (err) {
      log.warn("Could not set up the QoS cgroups", { err });
    }
  };
}
