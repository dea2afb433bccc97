/** What a process takes of the machine. */
import { readProc } from "../lab/processes.ts";

export interface Usage {
  readonly rssMb: number;
  /** The part of it that no file backs. */
  readonly anonymousMb: number;
  /** Since it began. */
  readonly cpuSeconds: number;
  readonly writtenBytes: number;
}

/** USER_HZ of every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

export function usage(pid: number): Usage {
  const status = readProc(pid, "status") ?? "";
  const stat = readProc(pid, "stat") ?? "";
  const times = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13).map(Number);
  return {
    rssMb: megabytes(status, "VmRSS"),
    anonymousMb: megabytes(status, "RssAnon"),
    cpuSeconds: ((times[0] ?? NaN) + (times[1] ?? NaN)) / TICKS_PER_SECOND,
    writtenBytes: Number(/^write_bytes: (\d+)$/m.exec(readProc(pid, "io") ?? "")?.[1]),
  };
}

/** The kernel counts in KiB; a MB has a million bytes. */
function megabytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024 / 1e6;
}
