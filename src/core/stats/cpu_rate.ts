/** How many processors are in use, from what was used in all at two times. */
import { type Instant, second } from "../instant.ts";

/** What was used until then. */
export interface CpuSample {
  readonly at: Instant;
  readonly usageNs: number;
}

/** The sample that the next rate is counted from, and the newest rate. */
export interface CpuRate {
  readonly since: CpuSample;
  /** Billionths of a processor; null until two samples are known. */
  readonly nanoCores: number | null;
}

/** The kernel's own clock ticks too coarsely for less. */
const shortestMs = second;
/** Of longer ago a rate says little. */
const longestMs = 120 * second;

/** Takes a new sample in. Readers that come one after another do not spoil each other's rates. */
export function nextRate(before: CpuRate | undefined, now: CpuSample): CpuRate {
  if (before === undefined) return { since: now, nanoCores: null };
  const elapsedMs = now.at - before.since.at;
  const used = now.usageNs - before.since.usageNs;
  // Another cgroup of that name, or a clock that was set.
  if (used < 0 || elapsedMs < 0 || elapsedMs > longestMs) return { since: now, nanoCores: null };
  if (elapsedMs < shortestMs) return before;
  return { since: now, nanoCores: Math.trunc((used / elapsedMs) * 1000) };
}
