/** Ends one container: tells of it, runs its preStop hook within the grace period, and stops it with what is left of that. */
import { remainingGrace } from "../core/pod/grace.ts";
import { second } from "../core/instant.ts";
import type { LifecycleHandler } from "../core/k8s.ts";
import { type HookDeps, type HookedRun, runHook } from "./hooks.ts";

/** A container that is to end. */
export interface Ending extends HookedRun {
  /** See `fieldPathOf`. */
  readonly fieldPath: string;
  /** The Killing event's message. */
  readonly message: string;
  readonly graceSeconds: number;
}

/** Throws what the runtime throws, and the reason of `hurry` when it aborts while the hook runs. */
export async function endContainer(
  ending: Ending,
  deps: HookDeps,
  hurry: AbortSignal,
): Promise<void> {
  const { id, message, fieldPath, subject, container, graceSeconds } = ending;
  deps.events.normal(subject, { reason: "Killing", message, fieldPath });
  const preStop = container.lifecycle?.preStop;
  if (preStop === undefined) return await deps.runtime.stopContainer(id, { graceSeconds });
  const over = new AbortController();
  try {
    const start = deps.clock.monotonic();
    await runPreStop(preStop, ending, deps, AbortSignal.any([hurry, over.signal]));
    hurry.throwIfAborted();
    const elapsedMs = deps.clock.monotonic() - start;
    const left = remainingGrace({ wholeSeconds: graceSeconds, elapsedMs });
    await deps.runtime.stopContainer(id, { graceSeconds: left });
  } finally {
    // A hook that took too long lives on until its container has ended.
    over.abort(new Error("the container has ended"));
  }
}

/** Resolves when the hook has ended, has failed, or has used up the grace period: the container ends in any case. */
async function runPreStop(
  preStop: LifecycleHandler,
  ending: Ending,
  deps: HookDeps,
  signal: AbortSignal,
): Promise<void> {
  const late = Promise.withResolvers<"Late">();
  const timer = deps.clock.after(ending.graceSeconds * second, () => late.resolve("Late"));
  const hook = runHook(preStop, ending, deps, signal);
  // Who is late may fail while nobody waits any more.
  hook.catch(() => {});
  try {
    const end = await Promise.race([hook, late.promise]);
    const failed = end === "Late" ? preStop.sleep === undefined : !end.ok;
    if (failed) tellOfFailure(ending, deps);
  } finally {
    timer.cancel();
  }
}

/** Why it failed may be nobody else's business: only the status of a postStart hook tells it. */
function tellOfFailure({ subject, fieldPath }: Ending, { events }: HookDeps): void {
  const message = "PreStopHook failed";
  events.warning(subject, { reason: "FailedPreStopHook", message, fieldPath });
}
