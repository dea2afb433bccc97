/** What this process takes up, from /proc/self. */
import type { ProcessUse } from "../../ports/process_use.ts";
import { countEntries, readText } from "./kernel_files.ts";
import { SystemError } from "./errno.ts";

/** The kernel counts in these on every architecture that Deno runs on. */
const ticksPerSecond = 100;

/** Costs four reads; null where the kernel does not tell. @see proc(5) */
export function readProcessUse(): ProcessUse | null {
  try {
    return use();
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

function use(): ProcessUse {
  const status = readText("/proc/self/status");
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) * 1024;
  const limit = /^Max open files\s+(\S+)/m.exec(readText("/proc/self/limits"))?.[1];
  return {
    cpuSeconds: cpuTicks(readText("/proc/self/stat")) / ticksPerSecond,
    residentBytes: bytes("VmRSS"),
    virtualBytes: bytes("VmSize"),
    // One of them is the directory that is read.
    openFiles: countEntries("/proc/self/fd") - 1,
    maxOpenFiles: limit === "unlimited" ? Infinity : Number(limit),
  };
}

/** User and system time: the 12th and 13th field behind the name, which may hold anything. */
function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
