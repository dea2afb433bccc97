/** Evicts pods whose emptyDir volumes on disk have outgrown their sizeLimit, as the kubelet's eviction manager does. */
import { second } from "../core/instant.ts";
import type { NodePaths } from "../core/node/settings.ts";
import { emptyDirPath } from "../core/pod/paths.ts";
import { limitedEmptyDirs, limitExceeded } from "../core/volume/empty_dir_limit.ts";
import type { Files } from "../ports/files.ts";
import type { PodRecord } from "./pod_record.ts";
import type { Pods } from "./pods.ts";

/** The kubelet's eviction monitoring interval. */
export const emptyDirCheckMs = 10 * second;

/** Measures once. Pods without such volumes cost nothing. */
export async function checkEmptyDirLimits(
  { pods, files, paths }: {
    readonly pods: Pods;
    readonly files: Files;
    readonly paths: NodePaths;
  },
): Promise<void> {
  for (const record of pods.list()) {
    for (const { volume, limit } of limitedEmptyDirsOf(record)) {
      const used = await files.usedBytes(emptyDirPath(paths, { uid: record.uid, volume }));
      const end = limitExceeded({ volume, limit, usedBytes: used });
      if (end !== null) pods.evict(record.uid, end);
    }
  }
}

function limitedEmptyDirsOf({ desired, state }: PodRecord): ReturnType<typeof limitedEmptyDirs> {
  const live = state?.kind === "Running" || state?.kind === "Initializing";
  return desired !== null && live ? limitedEmptyDirs(desired) : [];
}
