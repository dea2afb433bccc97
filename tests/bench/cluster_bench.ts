/** Skerry as a node of a cluster, beside the real kubelet in the same one. */
import { clusterIdle } from "./cluster/idle.ts";
import { clusterStats } from "./cluster/node_stats.ts";
import { startBench } from "./cluster/nodes.ts";
import { clusterPodStart } from "./cluster/pod_start.ts";
import type { Figure } from "./figures.ts";

/** Reports each group of figures as it is measured. */
export async function clusterBench(report: (figures: readonly Figure[]) => void): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const bench = await startBench(stack);
  report(await clusterPodStart(bench));
  report(await clusterIdle(bench));
  report(await clusterStats(bench));
}
