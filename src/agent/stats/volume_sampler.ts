/** Measures what is in pods' volumes, which takes long: each pod's at most once in a period. */
import type { Pod } from "../../core/k8s.ts";
import type { NodePaths } from "../../core/node/settings.ts";
import type { VolumeSample } from "../../core/stats/sample.ts";
import { measuredVolumes } from "../../core/stats/measured_volumes.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Stats } from "../../ports/stats.ts";
import type { FileSystems } from "./file_systems.ts";

export interface VolumeSamplerDeps {
  readonly stats: Pick<Stats, "tree">;
  readonly clock: Clock;
  readonly paths: NodePaths;
  /** `volumeStatsAggPeriod`: 0 or less for volumes not to be measured at all. */
  readonly periodMs: number;
}

export interface VolumeSampler {
  /** As they are now, or were within the period. */
  measure(pod: Pod, fileSystems: FileSystems): Promise<readonly VolumeSample[]>;
  /** Forgets all but these pods. */
  keepOnly(uids: ReadonlySet<string>): void;
}

interface Measured {
  readonly at: number;
  readonly volumes: Promise<readonly VolumeSample[]>;
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
      const volumes = measureAll(pod, deps, fileSystems);
      known.set(uid, { at, volumes });
      return volumes;
    },
    keepOnly(uids) {
      for (const uid of known.keys()) if (!uids.has(uid)) known.delete(uid);
    },
  };
}

async function measureAll(
  pod: Pod,
  { stats, clock, paths }: VolumeSamplerDeps,
  fileSystems: FileSystems,
): Promise<readonly VolumeSample[]> {
  const found = await Promise.all(
    measuredVolumes(pod, paths).map(async ({ name, path, isEphemeral }) => {
      const use = await stats.tree(path);
      if (use === null) return [];
      const fileSystem = await fileSystems.of(path);
      return [{ name, isEphemeral, at: clock.now(), fileSystem, ...use }];
    }),
  );
  return found.flat();
}
