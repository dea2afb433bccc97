/** What a cgroup of version 2 has used, from its files. @see https://docs.kernel.org/admin-guide/cgroup-v2.html */
import type {
  CgroupDetails,
  CgroupUsage,
  DeviceUse,
  MemoryUsage,
  ReadCgroupFile,
} from "./cgroup_usage.ts";
import { limitIn, namedNumbers, numberIn } from "./kernel_text.ts";
import { parsePressure } from "./pressure_stall.ts";
import { threadsIn } from "./threads.ts";

export function cgroupUsageV2(read: ReadCgroupFile): Omit<CgroupUsage, "at"> {
  const usageUs = namedNumbers(read("cpu.stat")).get("usage_usec");
  return {
    cpu: usageUs === undefined
      ? null
      : { usageNs: usageUs * 1000, pressure: parsePressure(read("cpu.pressure")) },
    memory: memory(read),
    ioPressure: parsePressure(read("io.pressure")),
  };
}

function memory(read: ReadCgroupFile): MemoryUsage | null {
  const text = read("memory.stat");
  if (text === null) return null;
  const stat = namedNumbers(text);
  const of = (name: string): number => stat.get(name) ?? 0;
  const usage = read("memory.current");
  // The root does not say how much is in use, only of what.
  const usageBytes = usage === null ? of("anon") + of("file") : Number(usage);
  const inactiveFileBytes = of("inactive_file");
  return {
    usageBytes,
    workingSetBytes: Math.max(0, usageBytes - inactiveFileBytes),
    rssBytes: of("anon"),
    cacheBytes: of("file"),
    mappedFileBytes: of("file_mapped"),
    swapBytes: numberIn(read("memory.swap.current")),
    activeFileBytes: of("active_file"),
    inactiveFileBytes,
    pageFaults: of("pgfault"),
    majorPageFaults: of("pgmajfault"),
    limitBytes: limitIn(read("memory.max")),
    swapLimitBytes: limitIn(read("memory.swap.max")),
    pressure: parsePressure(read("memory.pressure")),
  };
}

export function cgroupDetailsV2(read: ReadCgroupFile): CgroupDetails {
  const cpu = namedNumbers(read("cpu.stat"));
  const of = (name: string): number => cpu.get(name) ?? 0;
  const events = namedNumbers(read("memory.events"));
  const [quota = "", period = ""] = (read("cpu.max") ?? "").trim().split(" ");
  return {
    userNs: of("user_usec") * 1000,
    systemNs: of("system_usec") * 1000,
    throttling: {
      periods: of("nr_periods"),
      throttledPeriods: of("nr_throttled"),
      throttledNs: of("throttled_usec") * 1000,
    },
    spec: {
      cpuShares: sharesOf(numberIn(read("cpu.weight"))),
      cpuPeriodUs: numberIn(period),
      cpuQuotaUs: limitIn(quota) ?? 0,
      memoryReservationBytes: limitIn(read("memory.min")) ?? 0,
    },
    memoryPeakBytes: numberIn(read("memory.peak")),
    memoryFailures: events.get("max") ?? 0,
    oomKills: events.get("oom_kill") ?? 0,
    devices: devices(read("io.stat")),
    threads: threadsIn(read),
  };
}

/** What version 1 would call such a weight; 0 where there is none. */
function sharesOf(weight: number): number {
  return weight === 0 ? 0 : 2 + Math.trunc(((weight - 1) * 262_142) / 9_999);
}

/** Lines such as `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`. */
function devices(text: string | null): readonly DeviceUse[] {
  return [...(text ?? "").matchAll(/^(\d+):(\d+) (.+)$/gm)].map(([, major, minor, rest = ""]) => {
    const values = new Map(
      rest.split(" ").map((pair) => {
        const [name = "", value] = pair.split("=");
        return [name, Number(value)] as const;
      }),
    );
    return {
      major: Number(major),
      minor: Number(minor),
      readBytes: values.get("rbytes") ?? 0,
      writtenBytes: values.get("wbytes") ?? 0,
      reads: values.get("rios") ?? 0,
      writes: values.get("wios") ?? 0,
    };
  });
}
