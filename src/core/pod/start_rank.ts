/** Which pods start first when many are to start at once, as after a reboot. */
import type { Pod } from "../k8s.ts";
import { isStaticPod } from "./static_pod.ts";

/** What the API server writes into pods of these classes; a manifest names the class alone. */
const systemPriorities: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

/** The higher one starts first. Static pods are critical, whatever they say. @see https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
export function startRank(pod: Pod): number {
  const { priority = 0, priorityClassName = "" } = pod.spec;
  const said = Math.max(priority, systemPriorities[priorityClassName] ?? priority);
  const critical = systemPriorities["system-cluster-critical"] ?? 0;
  return isStaticPod(pod) ? Math.max(said, critical) : said;
}
