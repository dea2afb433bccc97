/** What the processes of a cgroup have used, as cAdvisor counts it. */
import type { Instant } from "../instant.ts";

/** How long work stood still for want of something: shares of the last seconds in percent, and microseconds since the start. */
export interface PressureStall {
  readonly total: number;
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
}

/** `some`: at least one task waited; `full`: all did. @see https://docs.kernel.org/accounting/psi.html */
export interface Pressure {
  readonly full: PressureStall;
  readonly some: PressureStall;
}

export interface CpuUsage {
  /** Nanoseconds of all processors together. */
  readonly usageNs: number;
  /** Null where the kernel does not measure it. */
  readonly pressure: Pressure | null;
}

/** In bytes; those of cgroups below are counted in. What is not told is left out. */
export interface MemoryUsage {
  /** What is in use, but for pages of files that nobody has used of late. */
  readonly workingSetBytes: number;
  readonly usageBytes?: number;
  readonly rssBytes?: number;
  readonly cacheBytes?: number;
  readonly mappedFileBytes?: number;
  readonly swapBytes?: number;
  readonly activeFileBytes?: number;
  readonly inactiveFileBytes?: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
  /** Null: no limit. */
  readonly limitBytes: number | null;
  readonly swapLimitBytes: number | null;
  readonly pressure: Pressure | null;
}

/** Null: the kernel does not count it there. */
export interface CgroupUsage {
  readonly at: Instant;
  readonly cpu: CpuUsage | null;
  readonly memory: MemoryUsage | null;
  readonly ioPressure: Pressure | null;
}

/** Of one device, by its numbers. */
export interface DeviceUse {
  readonly major: number;
  readonly minor: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

/** What only those want to know who scrape everything. */
export interface CgroupDetails {
  readonly userNs: number;
  readonly systemNs: number;
  /** Of a cgroup without a CPU limit all three are 0. */
  readonly throttling: {
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledNs: number;
  };
  /** What it may use. 0 for a quota or a memory reservation that is not set. */
  readonly spec: {
    readonly cpuShares: number;
    readonly cpuPeriodUs: number;
    readonly cpuQuotaUs: number;
    readonly memoryReservationBytes: number;
  };
  readonly memoryPeakBytes: number;
  /** How often the memory's limit was come up to. */
  readonly memoryFailures: number;
  /** How many of its processes were killed for want of memory. */
  readonly oomKills: number;
  readonly devices: readonly DeviceUse[];
  /** Null where threads are not counted; `max` is 0 for no limit. */
  readonly threads: { readonly current: number; readonly max: number } | null;
}

/** What is in one of a cgroup's files; null where the file is not there. */
export type ReadCgroupFile = (file: string) => string | null;
