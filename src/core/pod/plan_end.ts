/** What is left to do for a pod that has ended, was evicted or was refused: its sidecars, then its sandbox. */
import { allContainers, isSidecar, type Pod } from "../k8s.ts";
import type { Action, StopTarget } from "./action.ts";
import { remainingGrace } from "./grace.ts";
import { isAlive, type Observed } from "./observed.ts";
import { rememberPhase, type TerminalPhase } from "./memory.ts";
import { planGarbage } from "./plan_garbage.ts";
import type { Plan, PlanInput, WantedInput } from "./plan_input.ts";

/** Plans toward `last`; the pod stays in the runtime, stopped, so that its logs can be read. */
export function planEnd(input: WantedInput, last: TerminalPhase | "Rejected"): Plan {
  const { desired, seen, memory, now } = input;
  const since = memory.stoppingSince ?? now;
  const wholeSeconds = memory.end === undefined
    ? desired.spec.terminationGracePeriodSeconds
    : memory.end.graceSeconds ?? 0;
  const graceSeconds = remainingGrace({ wholeSeconds, elapsedMs: now - since });
  const actions = stopNext({ pod: desired, seen, graceSeconds });
  if (actions.length > 0) {
    return { state: { kind: "Stopping" }, memory: { ...memory, stoppingSince: since }, actions };
  }
  return {
    state: { kind: last },
    // A refusal is decided anew when the agent starts anew.
    memory: last === "Rejected" ? memory : rememberPhase(memory, last),
    actions: [...releases(input), ...planGarbage(seen, { keptRuns: 1 })],
  };
}

/** What a pod gives back as soon as nothing of it runs any more. */
export function releases({ isReleased }: Pick<PlanInput, "isReleased">): readonly Action[] {
  return isReleased ? [] : [{ kind: "ReleaseResources" }];
}

/**
 * containerd's shim hangs for good when it is to end some 150 containers of a pod at once, and for seconds with 64 (seen on
 * 1.6.20).
 */
const stopsAtOnce = 32;

/**
 * The next step in stopping a pod: main containers first and together (very many of them some at a time), then the sidecars
 * in the reverse of their order, then the sandboxes. Empty when all has stopped.
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/753-sidecar-containers
 */
export function stopNext(
  { pod, seen, graceSeconds }: {
    readonly pod: Pod | null;
    readonly seen: Observed;
    readonly graceSeconds: number;
  },
): readonly Action[] {
  const alive = seen.containers.filter(isAlive).map(({ id, name }): StopTarget => ({
    id,
    name,
    message: `Stopping container ${name}`,
  }));
  const targets = nextOf(alive, pod);
  const later = alive.filter((target) => !targets.includes(target));
  if (targets.length > 0) return [{ kind: "StopContainers", targets, later, graceSeconds }];
  return seen.sandboxes.filter(({ state }) => state === "Ready")
    .map(({ id }) => ({ kind: "StopSandbox", id }));
}

function nextOf(alive: readonly StopTarget[], pod: Pod | null): readonly StopTarget[] {
  const sidecars = pod === null ? [] : allContainers(pod.spec).filter(isSidecar).map((c) => c.name);
  const mains = alive.filter(({ name }) => !sidecars.includes(name));
  if (mains.length > 0) return mains.slice(0, stopsAtOnce);
  const last = sidecars.findLast((name) => alive.some((target) => target.name === name));
  return alive.filter(({ name }) => name === last);
}
