/** What a cgroup of version 1 has used, from its files. @see https://docs.kernel.org/admin-guide/cgroup-v1/ */
import type {
  CgroupDetails,
  CgroupUsage,
  DeviceUse,
  MemoryUsage,
  ReadCgroupFile,
} from "./cgroup_usage.ts";
import { limitIn, namedNumbers, numberIn } from "./kernel_text.ts";
import { threadsIn } from "./threads.ts";

/** How long a tick is, that times of processors are counted in. */
const tickNs = 10_000_000;

/** Files are named as they are, whichever hierarchy they lie in. */
export function cgroupUsageV1(read: ReadCgroupFile): Omit<CgroupUsage, "at"> {
  const usageNs = read("cpuacct.usage");
  return {
    cpu: usageNs === null ? null : { usageNs: Number(usageNs), pressure: null },
    memory: memory(read),
    ioPressure: null,
  };
}

function memory(read: ReadCgroupFile): MemoryUsage | null {
  const usage = read("memory.usage_in_bytes");
  if (usage === null) return null;
  const stat = namedNumbers(read("memory.stat"));
  const of = (name: string): number => stat.get(name) ?? 0;
  const usageBytes = Number(usage);
  const inactiveFileBytes = of("total_inactive_file");
  return {
    usageBytes,
    workingSetBytes: Math.max(0, usageBytes - inactiveFileBytes),
    rssBytes: of("total_rss"),
    cacheBytes: of("total_cache"),
    mappedFileBytes: of("total_mapped_file"),
    swapBytes: of("total_swap"),
    activeFileBytes: of("total_active_file"),
    inactiveFileBytes,
    // As cAdvisor has it: those of cgroups below are not in these two.
    pageFaults: of("pgfault"),
    majorPageFaults: of("pgmajfault"),
    limitBytes: limitIn(read("memory.limit_in_bytes")),
    swapLimitBytes: limitIn(read("memory.memsw.limit_in_bytes")),
    pressure: null,
  };
}

export function cgroupDetailsV1(read: ReadCgroupFile): CgroupDetails {
  const times = namedNumbers(read("cpuacct.stat"));
  const cpu = namedNumbers(read("cpu.stat"));
  return {
    userNs: (times.get("user") ?? 0) * tickNs,
    systemNs: (times.get("system") ?? 0) * tickNs,
    throttling: {
      periods: cpu.get("nr_periods") ?? 0,
      throttledPeriods: cpu.get("nr_throttled") ?? 0,
      throttledNs: cpu.get("throttled_time") ?? 0,
    },
    spec: {
      cpuShares: numberIn(read("cpu.shares")),
      cpuPeriodUs: numberIn(read("cpu.cfs_period_us")),
      cpuQuotaUs: Math.max(0, numberIn(read("cpu.cfs_quota_us"))),
      memoryReservationBytes: limitIn(read("memory.soft_limit_in_bytes")) ?? 0,
    },
    memoryPeakBytes: numberIn(read("memory.max_usage_in_bytes")),
    memoryFailures: numberIn(read("memory.failcnt")),
    oomKills: namedNumbers(read("memory.oom_control")).get("oom_kill") ?? 0,
    devices: devices(read),
    threads: threadsIn(read),
  };
}

function devices(read: ReadCgroupFile): readonly DeviceUse[] {
  const bytes = operations(read("blkio.throttle.io_service_bytes_recursive"));
  const counts = operations(read("blkio.throttle.io_serviced_recursive"));
  const names = [...new Set([...bytes.keys(), ...counts.keys()])];
  return names.map((name) => {
    const [major = 0, minor = 0] = name.split(":").map(Number);
    const [some, times] = [bytes.get(name), counts.get(name)];
    return {
      major,
      minor,
      readBytes: some?.get("Read") ?? 0,
      writtenBytes: some?.get("Write") ?? 0,
      reads: times?.get("Read") ?? 0,
      writes: times?.get("Write") ?? 0,
    };
  });
}

/** Lines such as `8:0 Read 4096`, by device and operation. */
function operations(text: string | null): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (
    const [, device = "", operation = "", count] of (text ?? "").matchAll(
      /^(\d+:\d+) (\w+) (\d+)$/gm,
    )
  ) {
    const known = found.get(device) ?? new Map<string, number>();
    found.set(device, known.set(operation, Number(count)));
  }
  return found;
}
