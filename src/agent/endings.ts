/**
 * Ends containers: tells of it, runs the preStop hook within the grace period, and stops with what is left of that.
 *
 *     begin: Killing, preStop ──▶ (its turn comes) ──▶ end: wait for the hook, stop
 */
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

export interface Endings {
  /** The container is going to end, later perhaps: its hook runs already. Begins once until the container has ended. */
  begin(ending: Ending, hurry: AbortSignal): void;
  /**
   * It is the container's turn. Throws what the runtime throws. When `hurry` aborts, all that was begun is given up, to be begun
   * anew with another grace period; then it throws the signal's reason.
   */
  end(ending: Ending, hurry: AbortSignal): Promise<void>;
  /** The pod is gone. */
  forget(podUid: string): void;
}

/** A preStop hook under way or over. */
interface Begun {
  /** Gives whether the hook has done its work; there need not be one. */
  readonly hook: Promise<boolean>;
  /** Aborts the hook. */
  readonly over: AbortController;
  /** Gives it up. */
  readonly onHurry: () => void;
  /** Whether it was said that the hook has failed. */
  isTold: boolean;
}

export function createEndings(deps: HookDeps): Endings {
  /** By the pod's UID, then by the container's ID. */
  const pods = new Map<string, Map<string, Begun>>();

  function begin(ending: Ending, hurry: AbortSignal): Begun {
    const { subject, id, message, fieldPath, container } = ending;
    const known = pods.get(subject.uid) ?? new Map<string, Begun>();
    const before = known.get(id);
    if (before !== undefined) return before;
    deps.events.normal(subject, { reason: "Killing", message, fieldPath });
    const over = new AbortController();
    const preStop = container.lifecycle?.preStop;
    const signal = AbortSignal.any([hurry, over.signal]);
    const hook = run(preStop, ending, signal);
    const onHurry = (): void => drop(ending, begun, hurry);
    const begun: Begun = { hook, over, onHurry, isTold: false };
    hook.then((isDone) => isDone || tell(begun, ending), () => {});
    pods.set(subject.uid, known.set(id, begun));
    hurry.addEventListener("abort", onHurry, { once: true });
    return begun;
  }

  async function run(
    preStop: LifecycleHandler | undefined,
    ending: Ending,
    signal: AbortSignal,
  ): Promise<boolean> {
    return preStop === undefined || (await runHook(preStop, ending, deps, signal)).ok;
  }

  async function end(ending: Ending, hurry: AbortSignal): Promise<void> {
    const begun = begin(ending, hurry);
    try {
      const start = deps.clock.monotonic();
      if (ending.container.lifecycle?.preStop !== undefined) await hookOf(begun, ending);
      hurry.throwIfAborted();
      const elapsedMs = deps.clock.monotonic() - start;
      const graceSeconds = remainingGrace({ wholeSeconds: ending.graceSeconds, elapsedMs });
      await deps.runtime.stopContainer(ending.id, { graceSeconds });
    } finally {
      // A hook that took too long lives on until its container has ended.
      drop(ending, begun, hurry);
    }
  }

  /** Resolves when the hook has ended, has failed, or has used up the grace period: the container ends in any case. */
  async function hookOf(begun: Begun, ending: Ending): Promise<void> {
    const late = Promise.withResolvers<"Late">();
    const timer = deps.clock.after(ending.graceSeconds * second, () => late.resolve("Late"));
    try {
      const end = await Promise.race([begun.hook, late.promise]);
      const canFail = ending.container.lifecycle?.preStop?.sleep === undefined;
      if (end === "Late" && canFail) tell(begun, ending);
    } finally {
      timer.cancel();
    }
  }

  /** Why it failed may be nobody else's business. */
  function tell(begun: Begun, { subject, fieldPath }: Ending): void {
    if (begun.isTold) return;
    begun.isTold = true;
    const message = "PreStopHook failed";
    deps.events.warning(subject, { reason: "FailedPreStopHook", message, fieldPath });
  }

  function drop({ subject, id }: Ending, begun: Begun, hurry: AbortSignal): void {
    hurry.removeEventListener("abort", begun.onHurry);
    // Whatever the hook says from now on is of no interest.
    begun.isTold = true;
    begun.over.abort(new Error("the container has ended"));
    const known = pods.get(subject.uid);
    if (known?.get(id) !== begun) return;
    known.delete(id);
    if (known.size === 0) pods.delete(subject.uid);
  }

  function forget(podUid: string): void {
    for (const { over } of pods.get(podUid)?.values() ?? []) over.abort();
    pods.delete(podUid);
  }

  return { begin, end, forget };
}
