/** When runs of containers ended, by the clock that decisions are made by. */
import type { ContainerRecord } from "../cri/types.ts";
import type { Instant } from "../instant.ts";
import { second } from "../instant.ts";
import type { Observed } from "./observed.ts";

/** What is known of a run's end. */
export type RunEnd = Pick<ContainerRecord, "finishedAt" | "endedAt">;

export function endOf({ finishedAt, endedAt = finishedAt }: RunEnd): Instant {
  return endedAt;
}

/** The look at the pod before this one. */
export interface EarlierLook {
  readonly seen: Observed;
  readonly at: Instant;
  /** By how much the clock was set since. */
  readonly movedMs: number;
}

/** The runtime may tell of an end so late, and date it by a clock that is so wrong. */
const slackMs = 5 * second;

/**
 * What was seen, with each run's end as the agent's clock would have shown it. The runtime dates an end by the machine's clock,
 * which may have been set since, or lag behind the agent's: an end between two looks was between them, whatever its date is.
 */
export function withEnds(
  seen: Observed,
  { before, now }: { readonly before: EarlierLook | null; readonly now: Instant },
): Observed {
  if (before === null) return seen;
  const known = new Map(before.seen.containers.map((run) => [run.id, run]));
  const containers = seen.containers.map((run) =>
    run.state === "Exited" ? dated(run, endAsSeen(run, known.get(run.id), { before, now })) : run
  );
  return { ...seen, containers };
}

function dated(run: ContainerRecord, endedAt: Instant): ContainerRecord {
  return endedAt === run.finishedAt ? run : { ...run, endedAt };
}

function endAsSeen(
  run: ContainerRecord,
  earlier: ContainerRecord | undefined,
  { before: { at, movedMs }, now }: { readonly before: EarlierLook; readonly now: Instant },
): Instant {
  if (earlier?.state === "Exited") return endOf(earlier) + movedMs;
  const isLikely = run.finishedAt >= at + movedMs - slackMs && run.finishedAt <= now + slackMs;
  return isLikely ? run.finishedAt : now;
}
