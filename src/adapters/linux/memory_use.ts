/** How much memory is in use, of the whole machine and of a cgroup, as the kubelet counts it. */
import type { MemoryUse } from "../../core/node/machine.ts";
import { hierarchiesV1 } from "./cgroup_hierarchies.ts";
import { kindOf, readText } from "./kernel_files.ts";
import type { Mount } from "./mount_table.ts";

export interface MemoryPlace {
  /** Of the hierarchy that has the memory controller. */
  readonly mount: string;
  readonly version: 1 | 2;
}

/** Null where the kernel does not count memory, as a Raspberry Pi's unless it is told to. */
export function memoryPlace(mounts: readonly Mount[], version: 1 | 2): MemoryPlace | null {
  const mount = version === 1
    ? hierarchiesV1(mounts).find(({ controllers }) => controllers.includes("memory"))?.path
    : mounts.find(({ type }) => type === "cgroup2")?.path;
  return mount === undefined || kindOf(`${mount}/memory.stat`) === null ? null : { mount, version };
}

/**
 * Of the whole machine: what is taken, but for pages of files that nobody has used of late. Huge pages are taken whatever is in
 * them. Throws SystemError.
 */
export function machineMemory(
  place: MemoryPlace | null,
  { hugePagesBytes }: { readonly hugePagesBytes: number },
): MemoryUse {
  const info = entries(readText("/proc/meminfo"));
  const capacityBytes = (info.get("MemTotal:") ?? 0) * 1024;
  // Without cgroups the kernel's own estimate is as good.
  const used = place === null
    ? capacityBytes - (info.get("MemAvailable:") ?? 0) * 1024
    : rootWorkingSet(place) + hugePagesBytes;
  return { capacityBytes, workingSetBytes: Math.min(used, capacityBytes) };
}

/** The root of version 2 does not say how much is in use, only of what. */
function rootWorkingSet({ mount, version }: MemoryPlace): number {
  const stat = entries(readText(`${mount}/memory.stat`));
  if (version === 1) {
    const used = Number(readText(`${mount}/memory.usage_in_bytes`));
    return Math.max(0, used - (stat.get("total_inactive_file") ?? 0));
  }
  const used = (stat.get("anon") ?? 0) + (stat.get("file") ?? 0);
  return Math.max(0, used - (stat.get("inactive_file") ?? 0));
}

/** From here on a limit of version 1 is none. */
const unlimited = 2 ** 62;

/** Of a cgroup below the root; null where it is not there or has no limit. Throws SystemError. */
export function cgroupMemory(
  { mount, version }: MemoryPlace,
  path: string,
): MemoryUse | null {
  const dir = mount + path;
  if (kindOf(dir) === null) return null;
  const [limitFile, usedFile, inactive] = version === 1
    ? ["memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"]
    : ["memory.max", "memory.current", "inactive_file"];
  const capacityBytes = Number(readText(`${dir}/${limitFile}`));
  if (Number.isNaN(capacityBytes) || capacityBytes >= unlimited) return null;
  const stat = entries(readText(`${dir}/memory.stat`));
  const used = Number(readText(`${dir}/${usedFile}`)) - (stat.get(inactive) ?? 0);
  return { capacityBytes, workingSetBytes: Math.max(0, used) };
}

/** Lines of a name and a number. */
function entries(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split("\n").map((line) => {
      const [name = "", value = ""] = line.split(/\s+/);
      return [name, Number(value)];
    }),
  );
}
