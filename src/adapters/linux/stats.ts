/** The stats port on Linux: cgroups of either version, /proc, and what files take up. */
import { cgroupDetailsV1, cgroupUsageV1 } from "../../core/stats/cgroup_v1.ts";
import { cgroupDetailsV2, cgroupUsageV2 } from "../../core/stats/cgroup_v2.ts";
import type { CgroupUsage } from "../../core/stats/cgroup_usage.ts";
import { parseNetworkDevices } from "../../core/stats/network_devices.ts";
import { parsePressure } from "../../core/stats/pressure_stall.ts";
import { rootMemory } from "../../core/stats/root_memory.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Stats } from "../../ports/stats.ts";
import { cgroupReader } from "./cgroup_reader.ts";
import { filesUse, treeUse } from "./disk_usage.ts";
import { codeOf, portError } from "./errno.ts";
import { guarded } from "./guarded.ts";
import { changedAt, listDirectories, readText, readTextIfThere } from "./kernel_files.ts";
import type { Mount } from "./mount_table.ts";
import { readMounts } from "./mounts.ts";
import { ownCgroup } from "./own_cgroup.ts";

export interface LinuxStatsOptions {
  readonly version: 1 | 2;
  readonly clock: Pick<Clock, "now">;
  /** Default: the mounts of the machine, as they are now. */
  readonly mounts?: readonly Mount[];
}

export function linuxStats({ version, clock, mounts = readMounts() }: LinuxStatsOptions): Stats {
  const cgroups = cgroupReader({ version, mounts });
  const [usageOf, detailsOf] = version === 1
    ? [cgroupUsageV1, cgroupDetailsV1]
    : [cgroupUsageV2, cgroupDetailsV2];

  function usage(cgroup: string): CgroupUsage | null {
    const found = usageOf(cgroups.of(cgroup));
    if (found.cpu === null && found.memory === null) return null;
    const at = clock.now();
    return cgroup === "/" ? ofMachine({ at, ...found }, version) : { at, ...found };
  }

  /** What the directory of a cgroup gives; null where it is gone. */
  const inside = <T>(cgroup: string, read: (dir: string) => T): Promise<T | null> =>
    told(`the cgroup ${cgroup}`, () => {
      const dir = cgroups.directory(cgroup);
      return dir === null ? null : unlessGone(() => read(dir));
    });

  return {
    usage: (cgroup) => told(`the cgroup ${cgroup}`, () => usage(cgroup)),
    details: (cgroup) =>
      inside(cgroup, (dir) => {
        listDirectories(dir);
        return detailsOf(cgroups.of(cgroup));
      }),
    processes: async (cgroup) =>
      await inside(cgroup, (dir) => numbers(readText(`${dir}/cgroup.procs`))) ?? [],
    children: async (cgroup) => await inside(cgroup, listDirectories) ?? [],
    createdAt: (cgroup) => inside(cgroup, (dir) => createdAt(dir, version)),
    ownCgroup: () => told("the agent's own cgroup", () => ownCgroup(readText("/proc/self/cgroup"))),
    network: (pid) =>
      told(`the network of process ${pid}`, () => {
        const text = unlessGone(() => readText(`/proc/${pid}/net/dev`));
        return text === null ? null : parseNetworkDevices(text);
      }),
    devices: () => told("the block devices", () => blockDevices(readText("/proc/diskstats"))),
    tree: (path) => guarded(`measure ${path}`, () => treeUse(path)),
    files: (path) => guarded(`measure ${path}`, () => filesUse(path)),
    bootedAt: () => told("the time of the machine's start", bootedAt),
  };
}

/** What the kernel's files give, with what it does not tell as an error of the ports. */
function told<T>(what: string, read: () => T): Promise<T> {
  return Promise.try(read).catch((error) => {
    throw portError(error, what);
  });
}

/** A process or a cgroup may end while it is read. */
function unlessGone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ENODEV", "ESRCH", "EINVAL"].includes(codeOf(error))) return null;
    throw error;
  }
}

/** The root is limited by what the machine has; with version 1 the machine's pressure is told all the same. */
function ofMachine(usage: CgroupUsage, version: 1 | 2): CgroupUsage {
  const pressure = (of: string) => parsePressure(pressureText(of));
  return {
    ...usage,
    cpu: usage.cpu && { ...usage.cpu, pressure: pressure("cpu") },
    memory: usage.memory && {
      ...rootMemory(usage.memory, { meminfo: readText("/proc/meminfo"), version }),
      pressure: pressure("memory"),
    },
    ioPressure: pressure("io"),
  };
}

/** A kernel that was told not to measure it has the files, and refuses to read them. */
function pressureText(of: string): string | null {
  try {
    return readTextIfThere(`/proc/pressure/${of}`);
  } catch (error) {
    if (["ENOTSUP", "EOPNOTSUPP"].includes(codeOf(error))) return null;
    throw error;
  }
}

function numbers(text: string): readonly number[] {
  return text.split("\n").filter((line) => line !== "").map(Number);
}

/** A directory changes when cgroups are made in it; this file hardly ever does. */
function createdAt(dir: string, version: 1 | 2): number | null {
  const steady = version === 1 ? "cgroup.clone_children" : "cgroup.events";
  const found = [dir, `${dir}/${steady}`].flatMap((path) =>
    unlessGone(() => changedAt(path)) ?? []
  );
  return found.length === 0 ? null : Math.min(...found);
}

/** Lines such as `8  0 sda 1 2 …`. */
function blockDevices(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+(\S+)/gm)].map(([, major, minor, name]) => [
      `${major}:${minor}`,
      `/dev/${name}`,
    ]),
  );
}

function bootedAt(): number {
  return Number(/^btime (\d+)$/m.exec(readText("/proc/stat"))?.[1] ?? 0) * 1000;
}
