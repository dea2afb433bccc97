/** What is left to do for a pod that has ended, was evicted or was refused: its sidecars, then its sandbox. */
import { allContainers, isSidecar, type Pod } from "../k8s.ts";
import type { Action, StopTarget } from "./action.ts";
import { remainingGrace } from "./grace.ts";
import { isAlive, type Observed } from "./observed.ts";
import type { Plan, WantedInput } from "./plan_input.ts";

/** Plans toward `last`; the pod stays in the runtime, stopped, so that its logs can be read. */
export function planEnd(
  { desired, seen, memory, now }: WantedInput,
  last: "Succeeded" | "Failed" | "Rejected",
): Plan {
  const since = memory.stoppingSince ?? now;
  const wholeSeconds = memory.end === undefined ? desired.spec.terminationGracePeriodSeconds : 0;
  const graceSeconds = remainingGrace({ wholeSeconds, elapsedMs: now - since });
  const actions = stopNext({ pod: desired, seen, graceSeconds });
  if (actions.length > 0) {
    return { state: { kind: "Stopping" }, memory: { ...memory, stoppingSince: since }, actions };
  }
  return { state: { kind: last }, memory, actions: [] };
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
  const targets = nextTargets(pod, seen);
  if (targets.length > 0) return [{ kind: "StopContainers", targets, graceSeconds }];
  return seen.sandboxes.filter(({ state }) => state === "Ready")
    .map(({ id }) => ({ kind: "StopSandbox", id }));
}

function nextTargets(pod: Pod | null, seen: Observed): readonly StopTarget[] {
  const alive = seen.containers.filter(isAlive).map(({ id, name }) => ({
    id,
    name,
    message: `Stopping container ${name}`,
  }));
  const sidecars = pod === null ? [] : allContainers(pod.spec).filter(isSidecar).map((c) => c.name);
  const mains = alive.filter(({ name }) => !sidecars.includes(name));
  if (mains.length > 0) return mains.slice(0, stopsAtOnce);
  const last = sidecars.findLast((name) => alive.some((target) => target.name === name));
  return alive.filter(({ name }) => name === last);
}
