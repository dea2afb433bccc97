/** What the machine tells of itself: memory, processors, cgroups, swap, addresses, resolver, names. */
import type { DnsConfig } from "../../core/cri/types.ts";
import { parseCpuList } from "../../core/node/cpu_list.ts";
import { parseResolvConf } from "../../core/node/resolv_conf.ts";
import {
  CGROUP2_MAGIC,
  fileSystemOf,
  kindOf,
  listDirectories,
  readText,
  readTextIfThere,
} from "./kernel_files.ts";
import { readMounts } from "./mounts.ts";
import { orNull } from "./or_null.ts";

/** /proc/meminfo in bytes. */
export interface MemoryFacts {
  readonly totalBytes: number;
  readonly swapBytes: number;
}

/** An entry that the kernel does not give counts as 0. Throws SystemError. */
export function memoryFacts(): MemoryFacts {
  const text = readText("/proc/meminfo");
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) * 1024;
  return { totalBytes: bytes("MemTotal"), swapBytes: bytes("SwapTotal") };
}

const processors = "/sys/devices/system/cpu";

/** Thousandths of the machine's processors that are switched on, whatever share of them the agent itself may use. */
export function cpuCapacityMilli(): number {
  const online = readTextIfThere(`${processors}/online`);
  const count = online === null ? 0 : parseCpuList(online).length;
  return (count || navigator.hardwareConcurrency) * 1_000;
}

/** What tells of the processors' heat, and so of what other programs do; only some processors have it. */
export function thermalPaths(): readonly string[] {
  return listDirectories(processors)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => `${processors}/${name}/thermal_throttle`)
    .filter((path) => kindOf(path) !== null);
}

/** 2 for the unified hierarchy alone; a machine that mounts it beside version 1 ("hybrid") counts as 1. */
export function cgroupVersion(): 1 | 2 {
  return fileSystemOf("/sys/fs/cgroup").magic === CGROUP2_MAGIC ? 2 : 1;
}

/** Whether the kernel counts swap: version 1's `memory.memsw.*`, version 2's `memory.swap.max` in the agent's own cgroup. */
export function swapAccounting(version: 1 | 2): boolean {
  if (version === 1) {
    const memory = readMounts().find(({ type, options }) =>
      type === "cgroup" && options.includes("memory")
    );
    return memory !== undefined && kindOf(`${memory.path}/memory.memsw.limit_in_bytes`) !== null;
  }
  const own = /^0::(.*)$/m.exec(readText("/proc/self/cgroup"))?.[1] ?? "/";
  return kindOf(`/sys/fs/cgroup${own}/memory.swap.max`) !== null;
}

/** As `uname -r` prints it. */
export function kernelVersion(): string {
  return readText("/proc/sys/kernel/osrelease").trim();
}

/** Whether the kernel enforces AppArmor profiles. */
export function appArmorEnabled(): boolean {
  return kindOf("/sys/kernel/security/apparmor") !== null &&
    (readTextIfThere("/sys/module/apparmor/parameters/enabled") ?? "").startsWith("Y");
}

/** The resolver configuration that pods inherit. Throws Deno's errors where the file cannot be read. */
export async function resolverConfig(path: string): Promise<DnsConfig> {
  return parseResolvConf(await Deno.readTextFile(path));
}

/** The text of /etc/hosts; "" where there is none. */
export async function hostsFile(): Promise<string> {
  return await orNull(Deno.readTextFile("/etc/hosts")) ?? "";
}
