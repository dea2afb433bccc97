/** The kernel's counters as a test wants them: the machine's own are there from the start. */
import type { Instant } from "../../src/core/instant.ts";
import type { CgroupDetails, CgroupUsage } from "../../src/core/stats/cgroup_usage.ts";
import type { DiskUse } from "../../src/core/stats/disk_use.ts";
import type { InterfaceUse } from "../../src/core/stats/network_devices.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { Failed } from "../../src/ports/errors.ts";
import type { Stats } from "../../src/ports/stats.ts";

/** What a cgroup has used; a test may change any of it. */
export interface FakeUsage {
  cpuNs: number;
  memoryBytes: number;
  limitBytes: number | null;
  /** Its processes' IDs. */
  readonly pids: readonly number[];
}

export interface FakeStats extends Stats {
  /** By path. */
  readonly groups: Map<string, FakeUsage>;
  /** The interfaces of processes. */
  readonly networks: Map<number, readonly InterfaceUse[]>;
  /** What trees and the files of directories take up. */
  readonly disk: Map<string, DiskUse>;
  /** How often each kind of call was made. */
  readonly counts: Map<string, number>;
  /** Adds a cgroup that has used nothing but this. */
  use(path: string, usage?: Partial<FakeUsage>): FakeUsage;
  /** Set to make every call fail with this message. */
  failure: string | undefined;
}

export const bootedAt: Instant = Date.UTC(2025, 11, 31);

export function fakeStats({ clock }: { readonly clock: Pick<Clock, "now"> }): FakeStats {
  const groups = new Map<string, FakeUsage>();
  const networks = new Map<number, readonly InterfaceUse[]>();
  const disk = new Map<string, DiskUse>();
  const counts = new Map<string, number>();
  const told = <T>(kind: string, read: () => T): Promise<T> => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (fake.failure !== undefined) return Promise.reject(new Failed(fake.failure));
    return Promise.try(read);
  };
  const fake: FakeStats = {
    groups,
    networks,
    disk,
    counts,
    failure: undefined,
    use(path, given = {}) {
      const usage = { cpuNs: 0, memoryBytes: 0, limitBytes: null, pids: [], ...given };
      groups.set(path, usage);
      return usage;
    },
    usage: (path) =>
      told("usage", () => {
        const group = groups.get(path);
        return group === undefined ? null : usageOf(group, clock.now());
      }),
    details: (path) => told("details", () => groups.has(path) ? noDetails : null),
    processes: (path) => told("processes", () => groups.get(path)?.pids ?? []),
    children: (path) => told("children", () => childrenOf(path, groups)),
    createdAt: (path) => told("createdAt", () => groups.has(path) ? bootedAt : null),
    ownCgroup: () => told("ownCgroup", () => "/system.slice/skerry.service"),
    network: (pid) => told("network", () => networks.get(pid) ?? null),
    devices: () => told("devices", () => new Map([["179:0", "/dev/mmcblk0"]])),
    tree: (path) => told("tree", () => disk.get(path) ?? null),
    files: (path) => told("files", () => disk.get(path) ?? null),
    bootedAt: () => told("bootedAt", () => bootedAt),
  };
  fake.use("/", { cpuNs: 60_000_000_000, memoryBytes: 400_000_000, limitBytes: 1024 ** 3 });
  return fake;
}

function usageOf({ cpuNs, memoryBytes, limitBytes }: FakeUsage, at: Instant): CgroupUsage {
  return {
    at,
    cpu: { usageNs: cpuNs, pressure: null },
    memory: {
      workingSetBytes: memoryBytes,
      usageBytes: memoryBytes,
      rssBytes: memoryBytes,
      swapBytes: 0,
      pageFaults: 1,
      majorPageFaults: 0,
      limitBytes,
      swapLimitBytes: null,
      pressure: null,
    },
    ioPressure: null,
  };
}

const noDetails: CgroupDetails = {
  userNs: 0,
  systemNs: 0,
  throttling: { periods: 0, throttledPeriods: 0, throttledNs: 0 },
  spec: { cpuShares: 2, cpuPeriodUs: 100_000, cpuQuotaUs: 0, memoryReservationBytes: 0 },
  memoryPeakBytes: 0,
  memoryFailures: 0,
  oomKills: 0,
  devices: [{ major: 179, minor: 0, readBytes: 4096, writtenBytes: 8192, reads: 1, writes: 2 }],
  threads: { current: 1, max: 0 },
};

function childrenOf(path: string, groups: ReadonlyMap<string, FakeUsage>): readonly string[] {
  const start = path === "/" ? "/" : `${path}/`;
  const below = [...groups.keys()].filter((each) => each !== path && each.startsWith(start));
  return [...new Set(below.map((each) => each.slice(start.length).split("/")[0] ?? ""))];
}
