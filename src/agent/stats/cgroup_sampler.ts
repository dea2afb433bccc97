/** Measures cgroups, and how many processors they use from one time to the next. */
import type { Instant } from "../../core/instant.ts";
import type { ContainerUsage } from "../../core/stats/container_usage.ts";
import { type CpuRate, nextRate } from "../../core/stats/cpu_rate.ts";
import type { CgroupSample } from "../../core/stats/sample.ts";
import type { Stats } from "../../ports/stats.ts";

/** What is measured besides processor and memory. */
export interface Depth {
  readonly processes?: boolean;
  readonly details?: boolean;
}

export interface CgroupSampler {
  /** Null where the cgroup is gone. */
  measure(path: string, depth?: Depth): Promise<CgroupSample | null>;
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
    async measure(path, { processes = false, details = false } = {}) {
      const usage = await stats.usage(path);
      if (usage === null) return null;
      return {
        ...usage,
        path,
        nanoCores: nanoCores(path, { at: usage.at, usageNs: usage.cpu?.usageNs }),
        details: details ? await stats.details(path) : null,
        processes: processes ? (await stats.processes(path)).length : null,
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
