/** Measures cgroups, and how many processors they use from one time to the next. */
import type { Instant } from "../../core/instant.ts";
import type { ContainerUsage } from "../../core/stats/container_usage.ts";
import { type CpuRate, nextRate } from "../../core/stats/cpu_rate.ts";
import type { CgroupSample } from "../../core/stats/sample.ts";
import type { Stats } from "../../ports/stats.ts";

/** Processor and memory; with `everything` counts of processes as well, and with `details` all that cgroups tell. */
export type Depth = "usage" | "everything" | "details";

/** Of what containers lie in, nobody asks how many processes there are unless for details. */
export function outerDepth(depth: Depth): Depth {
  return depth === "everything" ? "usage" : depth;
}

export interface CgroupSampler {
  /** Null where the cgroup is gone. */
  measure(path: string, depth: Depth): Promise<CgroupSample | null>;
  /** The same from the runtime's own count, for a container whose cgroup is not found. */
  fromRuntime(id: string, usage: ContainerUsage | undefined): CgroupSample | null;
  /** Forgets what was not measured since. */
  forgetBefore(at: Instant): void;
}

export function createCgroupSampler(stats: Stats): CgroupSampler {
  const rates = new Map<string, CpuRate & { readonly seenAt: Instant }>();

  function nanoCores(
    key: string,
    { at, usageNs }: { readonly at: Instant; readonly usageNs: number | undefined },
  ): number | null {
    if (usageNs === undefined) return null;
    const rate = nextRate(rates.get(key), { at, usageNs });
    rates.set(key, { ...rate, seenAt: at });
    return rate.nanoCores;
  }

  return {
    async measure(path, depth) {
      const usage = await stats.usage(path);
      if (usage === null) return null;
      return {
        ...usage,
        path,
        nanoCores: nanoCores(path, { at: usage.at, usageNs: usage.cpu?.usageNs }),
        details: depth === "details" ? await stats.details(path) : null,
        processes: depth === "usage" ? null : (await stats.processes(path)).length,
      };
    },
    fromRuntime(id, usage) {
      const at = usage?.cpu?.at ?? usage?.memory?.at;
      if (usage === undefined || at === undefined) return null;
      const { cpu, memory } = usage;
      return {
        at,
        cpu,
        memory,
        ioPressure: null,
        path: "",
        nanoCores: nanoCores(id, { at, usageNs: cpu?.usageNs }),
        details: null,
        processes: null,
      };
    },
    forgetBefore(at) {
      for (const [key, { seenAt }] of rates) if (seenAt < at) rates.delete(key);
    },
  };
}
