/** Rotates the logs of running containers that have outgrown their limit, as the kubelet's container log manager does. */
import { type LogRotationPolicy, planRotation } from "../core/node/log_rotation.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { LogFiles } from "../ports/log_files.ts";
import type { Runtime } from "../ports/runtime.ts";

export interface RotateLogsDeps {
  readonly runtime: Pick<Runtime, "reopenLog">;
  readonly logFiles: LogFiles;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly policy: LogRotationPolicy;
}

export interface ContainerLog {
  readonly containerId: string;
  /** The live file, absolute. */
  readonly path: string;
}

/** Looks at each log once; trouble with one is logged and does not keep the others from their turn. */
export async function rotateLogs(
  logs: readonly ContainerLog[],
  deps: RotateLogsDeps,
): Promise<void> {
  for (const each of logs) {
    try {
      await rotateWhenLarge(each, deps);
    } catch (err) {
      deps.log.warn("Could not rotate a container's log", { ...each, err });
    }
  }
}

async function rotateWhenLarge(each: ContainerLog, deps: RotateLogsDeps): Promise<void> {
  const bytes = await deps.logFiles.size(each.path);
  // An agent that died after moving the file away left the runtime writing to the file's old name.
  if (bytes === null) return await deps.runtime.reopenLog(each.containerId);
  if (bytes >= deps.policy.maxBytes) await rotate(each, deps);
}

async function rotate(
  { containerId, path }: ContainerLog,
  { runtime, logFiles, clock, log, policy }: RotateLogsDeps,
): Promise<void> {
  const cut = path.lastIndexOf("/");
  const directory = path.slice(0, cut);
  const names = await logFiles.list(directory);
  const plan = planRotation({ live: path.slice(cut + 1), names, now: clock.now(), policy });
  for (const name of plan.remove) await logFiles.remove(`${directory}/${name}`);
  for (const name of plan.compress) await logFiles.compress(`${directory}/${name}`);
  const rotated = `${directory}/${plan.rotated}`;
  await logFiles.rename({ from: path, to: rotated });
  try {
    await runtime.reopenLog(containerId);
  } catch (err) {
    // Not when the runtime did open a new file and only its answer was lost: it would go on writing to a file without a name.
    if (await logFiles.size(path) === null) await logFiles.rename({ from: rotated, to: path });
    throw err;
  }
  log.debug("Rotated a container's log", { containerId, path, to: plan.rotated });
}
