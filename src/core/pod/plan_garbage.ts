/** Which dead containers and sandboxes of a pod can go. */
import type { Action } from "./action.ts";
import { isAlive, type Observed, runsOf } from "./observed.ts";

/** Removes older runs, stops sandboxes that a newer one replaced, and removes those that hold nothing any more. */
export function planGarbage(
  seen: Observed,
  { keptRuns }: {
    /** Of each container the newest so many. */
    readonly keptRuns: number;
  },
): readonly Action[] {
  const dead = seen.containers.filter((run) =>
    runsOf(seen, run.name).indexOf(run) >= keptRuns && !isAlive(run)
  );
  const kept = seen.containers.filter((run) => !dead.includes(run));
  const removals = dead.map(({ id, name, attempt }): Action => ({
    kind: "RemoveContainer",
    id,
    name,
    attempt,
  }));
  const old = seen.sandboxes.slice(1);
  const stops = old.filter(({ state }) => state === "Ready");
  const empty = old.filter(({ id }) => !kept.some((run) => run.sandboxId === id));
  return [
    ...removals,
    ...stops.map(({ id }): Action => ({ kind: "StopSandbox", id })),
    ...empty.map(({ id }): Action => ({ kind: "RemoveSandbox", id })),
  ];
}
