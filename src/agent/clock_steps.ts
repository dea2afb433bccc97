/** Keeps what a pod is decided by in step with a wall clock that is set while the agent runs. */
import type { Instant } from "../core/instant.ts";
import { second } from "../core/instant.ts";
import { movedMemory } from "../core/pod/memory_times.ts";
import type { Observed } from "../core/pod/observed.ts";
import { withEnds } from "../core/pod/run_ends.ts";
import type { Clock } from "../ports/clock.ts";
import type { PodRecord } from "./pod_record.ts";

/** The clocks at a look at a pod. */
export interface ClocksAtLook {
  readonly now: Instant;
  readonly monotonic: number;
}

/** Less than this the clocks drift apart by themselves. */
const leastStepMs = second;

/** Takes over what was seen of the pod just now. Times in its memory and ends of its runs move with the clock. */
export function takeLook(record: PodRecord, seen: Observed, clock: Clock): void {
  const now = clock.now();
  const monotonic = clock.monotonic();
  const { lookedAt } = record;
  const movedMs = lookedAt === null ? 0 : stepSince(lookedAt, { now, monotonic });
  const before = lookedAt === null ? null : { seen: record.seen, at: lookedAt.now, movedMs };
  record.seen = withEnds(seen, { before, now });
  const hasDeadline = record.former?.spec.activeDeadlineSeconds !== undefined;
  record.memory = movedMemory(record.memory, { byMs: movedMs, hasDeadline });
  record.lookedAt = { now, monotonic };
}

function stepSince(before: ClocksAtLook, { now, monotonic }: ClocksAtLook): number {
  const ms = now - before.now - (monotonic - before.monotonic);
  return Math.abs(ms) < leastStepMs ? 0 : Math.round(ms);
}
