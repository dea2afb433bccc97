/** Reads how long work stood still. @see https://docs.kernel.org/accounting/psi.html */
import type { Pressure, PressureStall } from "./cgroup_usage.ts";

/** Null where the kernel does not measure it, or was told not to. */
export function parsePressure(text: string | null): Pressure | null {
  const some = stall(text, "some");
  return some === null ? null : { full: stall(text, "full") ?? none, some };
}

/** Of processors, older kernels tell no `full`. */
const none: PressureStall = { total: 0, avg10: 0, avg60: 0, avg300: 0 };

const line = / avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)/;

function stall(text: string | null, kind: "some" | "full"): PressureStall | null {
  const found = text?.split("\n").find((each) => each.startsWith(`${kind} `))?.match(line);
  if (!found) return null;
  const [, avg10, avg60, avg300, total] = found.map(Number);
  return { total: total ?? 0, avg10: avg10 ?? 0, avg60: avg60 ?? 0, avg300: avg300 ?? 0 };
}
