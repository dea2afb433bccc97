/** What a cgroup uses, as the Summary API tells it. */
import { rfc3339 } from "../instant.ts";
import type { CgroupUsage, MemoryUsage } from "./cgroup_usage.ts";
import type { CgroupSample } from "./sample.ts";
import type { CpuStats, IoStats, MemoryStats, SwapStats } from "./summary_api.ts";

export interface UsageStats {
  readonly cpu?: CpuStats;
  readonly memory?: MemoryStats;
  readonly io?: IoStats;
  readonly swap?: SwapStats;
}

/** Nothing for a cgroup that is gone. */
export function usageStats(sample: CgroupSample | null): UsageStats {
  if (sample === null) return {};
  const { cpu, memory, ioPressure, nanoCores } = sample;
  const time = rfc3339(sample.at);
  return {
    ...(cpu && {
      cpu: {
        time,
        ...(nanoCores !== null && { usageNanoCores: nanoCores }),
        usageCoreNanoSeconds: cpu.usageNs,
        ...psi(cpu),
      },
    }),
    ...(memory && { memory: memoryStats(memory, time) }),
    ...(ioPressure && { io: { time, psi: ioPressure } }),
    ...swapStats(memory, time),
  };
}

function memoryStats(memory: MemoryUsage, time: string): MemoryStats {
  const { limitBytes, usageBytes, workingSetBytes, rssBytes, pageFaults, majorPageFaults } = memory;
  return {
    time,
    ...(limitBytes !== null && { availableBytes: Math.max(0, limitBytes - workingSetBytes) }),
    ...(usageBytes !== undefined && { usageBytes }),
    workingSetBytes,
    ...(rssBytes !== undefined && { rssBytes }),
    ...(pageFaults !== undefined && { pageFaults }),
    ...(majorPageFaults !== undefined && { majorPageFaults }),
    ...psi(memory),
  };
}

function swapStats(memory: MemoryUsage | null, time: string): Pick<UsageStats, "swap"> {
  if (memory?.swapBytes === undefined) return {};
  const { swapBytes, swapLimitBytes } = memory;
  const available = swapLimitBytes === null ? null : Math.max(0, swapLimitBytes - swapBytes);
  return {
    swap: {
      time,
      ...(available !== null && { swapAvailableBytes: available }),
      swapUsageBytes: swapBytes,
    },
  };
}

function psi({ pressure }: Pick<MemoryUsage, "pressure">): Pick<CpuStats, "psi"> {
  return pressure === null ? {} : { psi: pressure };
}

/** What containers use together, where their pod is not counted as one. */
export function sumOfUsage(samples: readonly CgroupSample[]): CgroupSample | null {
  const [first, ...rest] = samples;
  return first === undefined ? null : rest.reduce(added, { ...first, path: "", details: null });
}

function added(a: CgroupSample, b: CgroupSample): CgroupSample {
  return {
    ...a,
    at: Math.max(a.at, b.at),
    nanoCores: a.nanoCores === null || b.nanoCores === null ? null : a.nanoCores + b.nanoCores,
    cpu: addedCpu(a.cpu, b.cpu),
    memory: addedMemory(a.memory, b.memory),
    // How long one of several stood still does not add up.
    ioPressure: null,
  };
}

function addedCpu(a: CgroupUsage["cpu"], b: CgroupUsage["cpu"]): CgroupUsage["cpu"] {
  if (a === null || b === null) return a ?? b;
  return { usageNs: a.usageNs + b.usageNs, pressure: null };
}

function addedMemory(a: MemoryUsage | null, b: MemoryUsage | null): MemoryUsage | null {
  if (a === null || b === null) return a ?? b;
  const both = (of: (memory: MemoryUsage) => number | undefined): number =>
    (of(a) ?? 0) + (of(b) ?? 0);
  return {
    workingSetBytes: a.workingSetBytes + b.workingSetBytes,
    usageBytes: both(({ usageBytes }) => usageBytes),
    rssBytes: both(({ rssBytes }) => rssBytes),
    swapBytes: both(({ swapBytes }) => swapBytes),
    pageFaults: both(({ pageFaults }) => pageFaults),
    majorPageFaults: both(({ majorPageFaults }) => majorPageFaults),
    limitBytes: sumOfLimits(a.limitBytes, b.limitBytes),
    swapLimitBytes: sumOfLimits(a.swapLimitBytes, b.swapLimitBytes),
    pressure: null,
  };
}

function sumOfLimits(...limits: readonly (number | null)[]): number | null {
  return limits.reduce((sum, limit) => sum === null || limit === null ? null : sum + limit);
}
