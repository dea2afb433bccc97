/** Evicts pods that take up more of the node's disk than they may, as the kubelet's eviction manager does. */
import { second } from "../../core/instant.ts";
import type { Pod } from "../../core/k8s.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { NodePaths } from "../../core/node/settings.ts";
import {
  type DiskEviction,
  diskLimitExceeded,
  type DiskUse,
  hasDiskLimit,
} from "../../core/pod/ephemeral_storage.ts";
import { emptyDirPath, podLogDir } from "../../core/pod/paths.ts";
import {
  emptyDirsOnDisk,
  limitedEmptyDirs,
  limitExceeded,
} from "../../core/volume/empty_dir_limit.ts";
import type { Files } from "../../ports/files.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { PodRecord } from "../pod_record.ts";
import type { Pods } from "../pods.ts";

/** The kubelet's eviction monitoring interval. */
export const diskCheckMs = 10 * second;

export interface DiskLimitDeps {
  readonly pods: Pods;
  readonly files: Files;
  readonly runtime: Pick<Runtime, "writtenBytes">;
  readonly paths: NodePaths;
  readonly metrics: Pick<AgentMetrics, "pods">;
}

/** Measures once. Pods without limits cost nothing. */
export async function checkDiskLimits(deps: DiskLimitDeps): Promise<void> {
  for (const record of deps.pods.list()) {
    const pod = livePod(record);
    if (pod === null) continue;
    const found = await emptyDirEnd(pod, deps) ?? await podEnd(pod, record, deps);
    if (found === null) continue;
    const { signal: eviction_signal, ...end } = found;
    if (deps.pods.evict(record.uid, end)) deps.metrics.pods.evictions.inc({ eviction_signal });
  }
}

function livePod({ desired, state }: PodRecord): Pod | null {
  return state?.kind === "Running" || state?.kind === "Initializing" ? desired : null;
}

type End = DiskEviction | null;

async function emptyDirEnd(pod: Pod, { files, paths }: DiskLimitDeps): Promise<End> {
  const { uid } = pod.metadata;
  for (const { volume, limit } of limitedEmptyDirs(pod)) {
    const usedBytes = await files.usedBytes(emptyDirPath(paths, { uid, volume }));
    const end = limitExceeded({ volume, limit, usedBytes });
    if (end !== null) return end;
  }
  return null;
}

async function podEnd(pod: Pod, record: PodRecord, deps: DiskLimitDeps): Promise<End> {
  return hasDiskLimit(pod) ? diskLimitExceeded(pod, await diskUse(pod, record, deps)) : null;
}

async function diskUse(
  pod: Pod,
  { seen, uid }: PodRecord,
  { files, runtime, paths }: DiskLimitDeps,
): Promise<DiskUse> {
  const written = await runtime.writtenBytes({ podUid: uid });
  const running = seen.containers.filter(({ state }) => state === "Running");
  const containers = await Promise.all(running.map(async ({ id, name }) => {
    const logs = await files.usedBytes(`${podLogDir(paths, pod.metadata)}/${name}`);
    return [name, logs + (written.get(id) ?? 0)] as const;
  }));
  const emptyDirs = await Promise.all(
    emptyDirsOnDisk(pod).map((volume) => files.usedBytes(emptyDirPath(paths, { uid, volume }))),
  );
  return {
    containers: new Map(containers),
    emptyDirs: emptyDirs.reduce((sum, used) => sum + used, 0),
  };
}
