/** Measures again and again whether the node runs short of memory, disk or process IDs. */
import { second } from "../../core/instant.ts";
import type { EvictionThreshold } from "../../core/node/eviction_threshold.ts";
import type { FileSystemUse, MemoryUse } from "../../core/node/machine.ts";
import {
  type Observation,
  type Observations,
  type Pressure,
  type PressureMemory,
  pressuresAt,
  rememberPressure,
} from "../../core/node/pressure.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Machine } from "../../ports/machine.ts";
import { waited } from "../../ports/waited.ts";

export interface PressureSettings {
  /** Hard and soft ones: both make a condition. */
  readonly thresholds: readonly EvictionThreshold[];
  /** `evictionPressureTransitionPeriod` */
  readonly transitionMs: number;
  /** The file system of the agent's own directory is the one called nodefs. */
  readonly rootDir: string;
  /** The cgroup of all pods, where it has a limit that pods could come up to; else null. */
  readonly podsCgroup: string | null;
}

export interface PressureWatch {
  pressures(): readonly Pressure[];
  /** Measures once. */
  look(): Promise<void>;
  /** Measures every 10 s, as the kubelet does, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface PressureWatchDeps {
  readonly machine: Machine;
  /** A directory on the file system that images lie on; null while it is not known. */
  readonly imageMountpoint: () => string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: PressureSettings;
  /** Called when there are other pressures than before. */
  readonly onChange: () => void;
}

const intervalMs = 10 * second;

export function createPressureWatch(deps: PressureWatchDeps): PressureWatch {
  const { clock, settings, onChange } = deps;
  const { thresholds, transitionMs } = settings;
  let memory: PressureMemory = {};
  let told = "";

  const pressures = (): readonly Pressure[] =>
    pressuresAt(memory, { at: clock.monotonic(), transitionMs });

  async function look(): Promise<void> {
    const seen = await observe(deps);
    memory = rememberPressure(memory, { thresholds, seen, at: clock.monotonic() });
    const now = pressures().join();
    if (now !== told) onChange();
    told = now;
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (await waited(clock, intervalMs, signal)) await look();
  }

  return { pressures, look, run };
}

async function observe(
  { machine, settings, imageMountpoint, log }: PressureWatchDeps,
): Promise<Observations> {
  const measured = async <T>(what: string, call: () => Promise<T>): Promise<T | null> => {
    try {
      return await call();
    } catch (err) {
      log.debug("Could not measure", { what, err });
      return null;
    }
  };
  const { rootDir, podsCgroup } = settings;
  const imageDir = imageMountpoint();
  const [memory, podsMemory, nodefs, imagefs, processes] = await Promise.all([
    measured("memory", () => machine.memory()),
    podsCgroup && measured(podsCgroup, () => machine.cgroupMemory(podsCgroup)),
    measured(rootDir, () => machine.fileSystem(rootDir)),
    imageDir && measured(imageDir, () => machine.fileSystem(imageDir)),
    measured("processes", () => machine.processes()),
  ]);
  return {
    ...(memory && { "memory.available": memoryLeft(memory) }),
    ...(podsMemory && { podsMemory: memoryLeft(podsMemory) }),
    ...(nodefs && fileSystemLeft("nodefs", nodefs)),
    ...(imagefs && fileSystemLeft("imagefs", imagefs)),
    ...(processes && {
      "pid.available": {
        available: processes.max - processes.running,
        capacity: processes.max,
      },
    }),
  };
}

function memoryLeft({ capacityBytes, workingSetBytes }: MemoryUse): Observation {
  return { available: Math.max(0, capacityBytes - workingSetBytes), capacity: capacityBytes };
}

/** A file system that makes inodes as needed cannot run short of them. */
function fileSystemLeft(
  name: "nodefs" | "imagefs",
  { capacityBytes, availableBytes, inodes, inodesFree }: FileSystemUse,
): Observations {
  return {
    [`${name}.available`]: { available: availableBytes, capacity: capacityBytes },
    ...(inodes > 0 && {
      [`${name}.inodesFree`]: { available: inodesFree, capacity: inodes },
    }),
  };
}
