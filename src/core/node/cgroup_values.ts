/** The limits of a cgroup as the controller files of either cgroup version. */
import { sharesToWeight } from "./cpu.ts";
import type { CgroupSettings } from "./settings.ts";

/** What is left out is not written. */
export interface CgroupLimits {
  /** Relative CPU time, in shares (1024 a core). */
  readonly cpuShares?: number;
  /** CPU time in microseconds; a quota of -1 is no limit. */
  readonly cpu?: { readonly quotaUs: number; readonly periodUs: number };
  readonly memoryBytes?: number;
  readonly pids?: number;
}

/** File names and contents, in the order in which they are to be written. */
export function cgroupValues(
  limits: CgroupLimits,
  { version }: Pick<CgroupSettings, "version">,
): Readonly<Record<string, string>> {
  const all = version === 1 ? version1(limits) : version2(limits);
  return Object.fromEntries(
    Object.entries(all).flatMap(([file, value]) => value === undefined ? [] : [[file, `${value}`]]),
  );
}

type Values = Readonly<Record<string, string | number | undefined>>;

/** The period comes before the quota, which the kernel checks against it. */
function version1({ cpuShares, cpu, memoryBytes, pids }: CgroupLimits): Values {
  return {
    "cpu.shares": cpuShares,
    "cpu.cfs_period_us": cpu?.periodUs,
    "cpu.cfs_quota_us": cpu?.quotaUs,
    "memory.limit_in_bytes": memoryBytes,
    "pids.max": pids,
  };
}

function version2({ cpuShares, cpu, memoryBytes, pids }: CgroupLimits): Values {
  return {
    "cpu.weight": cpuShares === undefined ? undefined : sharesToWeight(cpuShares),
    "cpu.max": cpu && `${cpu.quotaUs < 0 ? "max" : cpu.quotaUs} ${cpu.periodUs}`,
    "memory.max": memoryBytes,
    "pids.max": pids,
  };
}
