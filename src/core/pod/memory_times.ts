/** The times in a pod's memory, when the clock they were read from was set. */
import { type Instant, minute } from "../instant.ts";
import type { ContainerMemory, PodMemory } from "./memory.ts";

/**
 * The memory after somebody has set the clock by so many milliseconds: what began some time ago began that long ago still. What
 * was told of the pod's start stays as it was told, and only who counts from it needs to know.
 */
export function movedMemory(
  memory: PodMemory,
  { byMs, hasDeadline }: { readonly byMs: number; readonly hasDeadline: boolean },
): PodMemory {
  if (byMs === 0) return memory;
  const { clockMovedMs = 0 } = memory;
  const told = hasDeadline ? { ...memory, clockMovedMs: clockMovedMs + byMs } : memory;
  return hasTimes(memory) ? withTimes(told, (at) => at + byMs) : told;
}

/** No board was off for so long: such a time is from before its clock was set. */
const longestAbsenceMs = 10 * 365 * 24 * 60 * minute;

/**
 * The memory that an earlier agent has left. Its times may be of another clock: an end or a life that seems to have begun in the
 * future, or ages ago, is counted from now, so that no grace is cut short and no deadline is put off for years. Waits need no
 * such care: one from the future is over.
 */
export function believedMemory(
  memory: PodMemory,
  { now, hasDeadline }: { readonly now: Instant; readonly hasDeadline: boolean },
): PodMemory {
  const { stoppingSince = now, startTime, clockMovedMs = 0 } = memory;
  const isLikely = (since: Instant): boolean => since <= now && now - since < longestAbsenceMs;
  const isStopLikely = isLikely(stoppingSince);
  const isStartLikely = !hasDeadline || isLikely(startTime + clockMovedMs);
  if (isStopLikely && isStartLikely) return memory;
  return {
    ...memory,
    ...(!isStopLikely && { stoppingSince: now }),
    ...(!isStartLikely && { clockMovedMs: now - startTime }),
  };
}

/** Whether there is anything to count from, so that a memory without stays the same, and is not written anew. */
function hasTimes({ stoppingSince, sandboxFailure, containers }: PodMemory): boolean {
  return stoppingSince !== undefined || sandboxFailure !== undefined ||
    Object.values(containers).some(({ crash, failure }) => crash ?? failure);
}

function withTimes(memory: PodMemory, change: (at: Instant) => Instant): PodMemory {
  const { stoppingSince, sandboxFailure, containers } = memory;
  return {
    ...memory,
    ...(stoppingSince !== undefined && { stoppingSince: change(stoppingSince) }),
    ...(sandboxFailure && { sandboxFailure: withTime(sandboxFailure, change) }),
    containers: Object.fromEntries(
      Object.entries(containers).map(([name, each]) => [name, ofContainer(each, change)]),
    ),
  };
}

function ofContainer(
  { crash, failure, ...rest }: ContainerMemory,
  change: (at: Instant) => Instant,
): ContainerMemory {
  return {
    ...rest,
    ...(crash && { crash: withTime(crash, change) }),
    ...(failure && { failure: withTime(failure, change) }),
  };
}

function withTime<T extends { readonly at: Instant }>(
  each: T,
  change: (at: Instant) => Instant,
): T {
  return { ...each, at: change(each.at) };
}
