/** What processes and files take up of the machine: the counters of the kernel. */
import type { Instant } from "../core/instant.ts";
import type { CgroupDetails, CgroupUsage } from "../core/stats/cgroup_usage.ts";
import type { DiskUse } from "../core/stats/disk_use.ts";
import type { InterfaceUse } from "../core/stats/network_devices.ts";

/**
 * Everything is read anew with each call. Cgroups are named as in `CgroupSpec`, "/" is the whole machine; what is gone gives
 * null or nothing. What the kernel does not tell gives Failed that names the file.
 */
export interface Stats {
  usage(cgroup: string): Promise<CgroupUsage | null>;
  details(cgroup: string): Promise<CgroupDetails | null>;
  /** The IDs of the processes in a cgroup, without those of cgroups below. */
  processes(cgroup: string): Promise<readonly number[]>;
  /** The names of the cgroups right below. */
  children(cgroup: string): Promise<readonly string[]>;
  /** When the cgroup was made, as far as can be told. */
  createdAt(cgroup: string): Promise<Instant | null>;
  /** The cgroup that the agent runs in; null where processor and memory are not counted in the same. */
  ownCgroup(): Promise<string | null>;
  /** The interfaces of a process' network namespace, but for those inside the machine. */
  network(pid: number): Promise<readonly InterfaceUse[] | null>;
  /** The names of block devices in /dev by `MAJOR:MINOR`. */
  devices(): Promise<ReadonlyMap<string, string>>;
  /** What a tree takes up, without crossing mounts. */
  tree(path: string): Promise<DiskUse | null>;
  /** What the files right in a directory take up. */
  files(path: string): Promise<DiskUse | null>;
  bootedAt(): Promise<Instant>;
}
