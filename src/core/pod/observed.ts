/** What the runtime shows of one pod, in the shape that decisions read it. */
import type { ContainerRecord, Sandbox } from "../cri/types.ts";

/** A pod's sandboxes and containers, newest first; exited containers carry their termination message in `message`. */
export interface Observed {
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly ContainerRecord[];
  /** Containers that have never run and never will: they only hold the name of the next one. None unless given. */
  readonly cutOff?: readonly ContainerRecord[];
}

/** Nothing of the pod exists in the runtime. */
export const nothing: Observed = { sandboxes: [], containers: [] };

/** The sandbox that counts: the newest, when it is ready. */
export function liveSandbox(seen: Observed): Sandbox | undefined {
  const newest = seen.sandboxes[0];
  return newest?.state === "Ready" ? newest : undefined;
}

/** All runs of a container, newest first. */
export function runsOf(seen: Observed, name: string): readonly ContainerRecord[] {
  return seen.containers.filter((run) => run.name === name);
}

/** The newest run of a container, in whichever sandbox. */
export function latestRun(seen: Observed, name: string): ContainerRecord | undefined {
  return seen.containers.find((run) => run.name === name);
}

/** The newest run of a container in the given sandbox. */
export function runIn(
  seen: Observed,
  at: { readonly sandboxId: string; readonly name: string },
): ContainerRecord | undefined {
  return seen.containers.find((run) => run.name === at.name && run.sandboxId === at.sandboxId);
}

/** Whether a run may still have a process: exited ones and those never started have none. */
export function isAlive(run: ContainerRecord): boolean {
  return run.state === "Running" || run.state === "Unknown";
}

/** Whether nothing of the pod is up: no container runs, no sandbox is ready. */
export function isDown({ sandboxes, containers }: Observed): boolean {
  return !containers.some(isAlive) && !sandboxes.some(({ state }) => state === "Ready");
}

/** Whether a run ended well. */
export function succeeded(run: ContainerRecord | undefined): boolean {
  return run?.state === "Exited" && run.exitCode === 0;
}

/** Newest first: by attempt, then by time of creation. */
export function newestFirst<T extends { readonly createdAt: number }>(
  attempt: (item: T) => number,
): (a: T, b: T) => number {
  return (a, b) => attempt(b) - attempt(a) || b.createdAt - a.createdAt;
}
