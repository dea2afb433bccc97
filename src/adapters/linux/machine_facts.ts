/** What the preflight check asks of the machine. */
import { dirname } from "node:path/posix";
import type { DiskFacts, PathFacts } from "../../core/node/preflight.ts";
import { hierarchiesV1, mountOfV2 } from "./cgroup_hierarchies.ts";
import { SystemError } from "./errno.ts";
import { fileSystemOf, kindOf, readText, readTextIfThere } from "./kernel_files.ts";
import { readMounts } from "./mounts.ts";

/** The cgroup controllers that can be used; with a version that is not mounted there are none. */
export function cgroupControllers(version: 1 | 2): readonly string[] {
  const mounts = readMounts();
  if (version === 1) return hierarchiesV1(mounts).flatMap(({ controllers }) => controllers);
  const mount = mountOfV2(mounts);
  return mount === null ? [] : readText(`${mount}/cgroup.controllers`).trim().split(" ");
}

/** What the device tree calls the board; "" where there is none, as on a PC. */
export function boardModel(): string {
  return (readTextIfThere("/proc/device-tree/model") ?? "").replace(/\0.*$/, "");
}

/** Where a Raspberry Pi has its kernel's command line: since bookworm in a folder of its own. */
export function bootFile(): string {
  const recent = "/boot/firmware/cmdline.txt";
  return kindOf(recent) === null ? "/boot/cmdline.txt" : recent;
}

export function ipForward(): boolean {
  return readTextIfThere("/proc/sys/net/ipv4/ip_forward")?.trim() === "1";
}

/** Room for a directory, which need not be there yet. Throws SystemError. */
export function diskFacts(path: string): DiskFacts {
  const there = existing(path);
  const { totalBytes, freeBytes } = fileSystemOf(there);
  return { path, totalBytes, freeBytes };
}

/** Whether a directory is there or can be made. */
export function directoryFacts(path: string): PathFacts {
  const there = existing(path);
  return { path, error: kindOf(there) === "directory" ? null : `${there} is not a directory` };
}

function existing(path: string): string {
  return path === dirname(path) || isSeen(path) ? path : existing(dirname(path));
}

/** Below a file nothing is, and without privileges not everything is seen. */
function isSeen(path: string): boolean {
  try {
    return kindOf(path) !== null;
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}
