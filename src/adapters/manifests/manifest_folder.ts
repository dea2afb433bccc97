/**
 * The source of static pods: a folder of manifests, or a single one.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
import { resolve } from "node:path";
import { fileSource } from "../../core/pod/static_pod.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { PodSource, SourceSnapshot } from "../../ports/pod_source.ts";
import { createBell } from "../../ports/bell.ts";
import { createFolderWatch } from "./folder_watch.ts";
import { createManifestReader } from "./manifest_reader.ts";
import { createPace } from "./pace.ts";
import { createProblemLog } from "./problem_log.ts";

/** A folder that is away is looked for this often. */
const awayMs = 1_000;

export interface ManifestFolderOptions {
  /** `staticPodPath`: a folder or a file. */
  readonly path: string;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly log: Log;
  /** `fileCheckFrequency`: how often to look though nothing was heard. */
  readonly fileCheckFrequencyMs: number;
}

/**
 * Follows the manifests. Changes are seen within milliseconds, and at the next check where the kernel told of none. A
 * file that cannot be read or understood keeps the pod that it had; a folder that cannot be read keeps all of them.
 */
export function manifestFolder(options: ManifestFolderOptions): PodSource {
  return { name: fileSource, snapshots: (signal) => follow(options, signal) };
}

async function* follow(
  options: ManifestFolderOptions,
  signal: AbortSignal,
): AsyncGenerator<SourceSnapshot> {
  const { clock, log } = options;
  const path = resolve(options.path);
  const bell = createBell(clock);
  const watch = createFolderWatch({ ring: bell.ring, log });
  const reader = createManifestReader({ ...options, path, watch });
  const problemLog = createProblemLog(log);
  const pace = createPace(clock);
  let told: SourceSnapshot | undefined;
  try {
    while (!signal.aborted) {
      const snapshot = await reader.look();
      problemLog.update(snapshot.problems);
      if (told === undefined || !isSame(told, snapshot)) yield told = snapshot;
      const nextMs = Math.min(options.fileCheckFrequencyMs, reader.nextDueMs());
      await bell.wait(snapshot.available ? nextMs : awayMs, signal);
      await pace.rest(signal);
    }
  } finally {
    await watch.keep(null);
  }
}

function isSame(one: SourceSnapshot, other: SourceSnapshot): boolean {
  return one.available === other.available &&
    one.pods.length === other.pods.length &&
    one.pods.every((pod, index) => pod === other.pods[index]) &&
    JSON.stringify(one.problems) === JSON.stringify(other.problems);
}
