/** Measures what is in pods' volumes, which takes long: each pod's at most once in a period. */
import type { Pod } from "../../core/k8s.ts";
import type { NodePaths } from "../../core/node/settings.ts";
import type { VolumeSample } from "../../core/stats/sample.ts";
import { type MeasuredVolume, measuredVolumes } from "../../core/stats/measured_volumes.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortError } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Stats } from "../../ports/stats.ts";
import type { FileSystems } from "./file_systems.ts";

export interface VolumeSamplerDeps {
  readonly stats: Pick<Stats, "tree">;
  readonly clock: Clock;
  readonly log: Log;
  readonly paths: NodePaths;
  /** `volumeStatsAggPeriod`: 0 or less for volumes not to be measured at all. */
  readonly periodMs: number;
}

export interface VolumeSampler {
  /** As they are now, or were within the period, without those that cannot be measured. */
  measure(pod: Pod, fileSystems: FileSystems): Promise<readonly VolumeSample[]>;
  /** Forgets all but these pods. */
  keepOnly(uids: ReadonlySet<string>): void;
}

interface Measured {
  readonly at: number;
  readonly volumes: Promise<readonly VolumeSample[]>;
  /** The names of those of which it is told that they cannot be measured. */
  readonly failing: Set<string>;
}

export function createVolumeSampler(deps: VolumeSamplerDeps): VolumeSampler {
  const { clock, periodMs } = deps;
  const known = new Map<string, Measured>();
  return {
    measure(pod, fileSystems) {
      if (periodMs <= 0) return Promise.resolve([]);
      const { uid } = pod.metadata;
      const before = known.get(uid);
      const at = clock.monotonic();
      if (before !== undefined && at - before.at < periodMs) return before.volumes;
      const failing = before?.failing ?? new Set<string>();
      const volumes = measureAll({ pod, failing, fileSystems }, deps);
      const measured = { at, volumes, failing };
      known.set(uid, measured);
      // Whoever waits hears of it; the next one is to try again.
      volumes.catch(() => {
        if (known.get(uid) === measured) known.delete(uid);
      });
      return volumes;
    },
    keepOnly(uids) {
      for (const uid of known.keys()) if (!uids.has(uid)) known.delete(uid);
    },
  };
}

interface Measuring {
  readonly pod: Pod;
  readonly failing: Set<string>;
  readonly fileSystems: FileSystems;
}

async function measureAll(
  measuring: Measuring,
  deps: VolumeSamplerDeps,
): Promise<readonly VolumeSample[]> {
  const volumes = measuredVolumes(measuring.pod, deps.paths);
  const found = await Promise.all(volumes.map((volume) => measureOne(volume, measuring, deps)));
  return found.flatMap((sample) => sample ?? []);
}

/** One that cannot be measured keeps nobody from the others; it is told of when that begins. */
async function measureOne(
  volume: MeasuredVolume,
  { pod, failing, fileSystems }: Measuring,
  deps: VolumeSamplerDeps,
): Promise<VolumeSample | null> {
  const { name } = volume;
  try {
    const sample = await sampleOf(volume, deps, fileSystems);
    failing.delete(name);
    return sample;
  } catch (err) {
    if (!(err instanceof PortError)) throw err;
    if (!failing.has(name)) {
      deps.log.warn("Could not measure a volume", { uid: pod.metadata.uid, volume: name, err });
    }
    failing.add(name);
    return null;
  }
}

async function sampleOf(
  { name, path, isEphemeral }: MeasuredVolume,
  { stats, clock }: VolumeSamplerDeps,
  fileSystems: FileSystems,
): Promise<VolumeSample | null> {
  const use = await stats.tree(path);
  if (use === null) return null;
  const fileSystem = await fileSystems.of(path);
  return { name, isEphemeral, at: clock.now(), fileSystem, ...use };
}
