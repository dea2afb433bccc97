/** Whether the machine's clock is set by a time source, as the kernel or systemd tells it. */
import type { TimeSync } from "../../ports/time_sync.ts";
import { kindOf } from "./kernel_files.ts";
import { libc } from "./libc.ts";

export interface TimeSources {
  /** The kernel's word; null where it does not let us ask. */
  readonly kernel: () => boolean | null;
  /** A file that is there once systemd-timesyncd has set the clock in this boot. */
  readonly stamp: string;
}

/**
 * The kernel takes its word back when nobody has set the clock for some hours. systemd's stays: a clock that was right when the
 * link broke is still right enough.
 * @see adjtimex(2), systemd-timesyncd.service(8)
 */
export function linuxTimeSync(
  { kernel = kernelsWord, stamp = "/run/systemd/timesync/synchronized" }: Partial<TimeSources> = {},
): TimeSync {
  return { isSynchronised: () => kernel() === true || isThere(stamp) };
}

/** Of `struct timex`, which is the same on all 64-bit machines. With 0 as its first field nothing is changed. */
const TIMEX_BYTES = 208;
const TIMEX_STATUS = 40;
const STA_UNSYNC = 0x40;

function kernelsWord(): boolean | null {
  const timex = new Uint8Array(TIMEX_BYTES);
  if (libc().adjtimex(timex) === -1) return null;
  return (new DataView(timex.buffer).getInt32(TIMEX_STATUS, true) & STA_UNSYNC) === 0;
}

function isThere(path: string): boolean {
  try {
    return kindOf(path) !== null;
  } catch {
    return false;
  }
}
