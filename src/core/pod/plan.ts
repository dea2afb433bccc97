/**
 * The heart of the agent: from what is wanted and what is seen to what is done next.
 *
 * `plan` is asked again after everything that happens. It keeps no state of its own, so a crash of the agent, a reboot and
 * a first start all take the same path: look, decide, act, look again.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
 */
import type { Instant } from "../instant.ts";
import type { Action } from "./action.ts";
import { isBackingOff, retryAt } from "./backoff.ts";
import { deadline, deadlineEnd } from "./deadline.ts";
import { remainingGrace } from "./grace.ts";
import { isAlive, liveSandbox } from "./observed.ts";
import { planContainers } from "./plan_containers.ts";
import { planEnd, stopNext } from "./plan_end.ts";
import { planGarbage } from "./plan_garbage.ts";
import type { Plan, PlanInput, WantedInput } from "./plan_input.ts";
import { policyOf } from "./restart_policy.ts";
import { planTermination } from "./plan_termination.ts";
import { hasFinished, outcome } from "./restart.ts";
import type { PodState } from "./state.ts";

/** Decides the next step for one pod. Pure. */
export function plan(input: PlanInput): Plan {
  const { desired } = input;
  if (desired === null) return planTermination(input);
  const wanted = { ...input, desired };
  if (input.refusal !== null) return planEnd(wanted, "Rejected");
  if (input.memory.end !== undefined) return planEnd(wanted, "Failed");
  if (input.memory.phase !== undefined) return planEnd(wanted, input.memory.phase);
  if (hasFinished(desired, input.seen)) return planEnd(wanted, outcome(desired, input.seen));
  const until = deadline(desired, input.memory);
  return input.now < until ? withWake(planActive(wanted), until) : planOverdue(wanted);
}

/** Looks again at the deadline at the latest. */
function withWake(planned: Plan, until: Instant): Plan {
  const wakeAt = Math.min(planned.wakeAt ?? Infinity, until);
  return wakeAt === Infinity ? planned : { ...planned, wakeAt };
}

function planOverdue(input: WantedInput): Plan {
  const end = deadlineEnd(input.desired, input.now);
  return planEnd({ ...input, memory: { ...input.memory, end } }, "Failed");
}

/** Clearing up waits until nothing else is to be done, so that it never delays a start. */
function planActive(input: WantedInput): Plan {
  const planned = planAlive(input);
  if (planned.actions.length > 0) return planned;
  return { ...planned, actions: planGarbage(input.seen, { keptRuns: keptWhileActive }) };
}

/** Of each container the run that counts and the one before it (`logs --previous`, `lastState`). */
const keptWhileActive = 2;

function planAlive(input: WantedInput): Plan {
  const sandbox = liveSandbox(input.seen);
  return sandbox === undefined ? planSandbox(input) : planContainers(input, sandbox);
}

function planSandbox(input: WantedInput): Plan {
  const { seen, memory, now } = input;
  const failure = memory.sandboxFailure;
  const state: PodState = { kind: "Starting" };
  if (failure !== undefined && isBackingOff(failure, now)) {
    return { state, memory, actions: [], wakeAt: retryAt(failure) };
  }
  if (endsPolitely(input)) return { state, memory, actions: stopAll(input) };
  const newest = seen.sandboxes[0];
  const attempt = newest === undefined ? 0 : newest.metadata.attempt + 1;
  const stops = seen.sandboxes.map(({ id }): Action => ({ kind: "StopSandbox", id }));
  return { state, memory, actions: [...stops, { kind: "RunSandbox", attempt }] };
}

/**
 * A sandbox may die and leave its containers running: they are ended as any other. Not where one that ends well when it is
 * asked to would count as done: it dies with its sandbox and runs again.
 */
function endsPolitely({ desired, seen }: WantedInput): boolean {
  const { spec } = desired;
  const isDoneAtEnd = spec.containers.some((each) => policyOf(spec, each) === "OnFailure");
  return !isDoneAtEnd && seen.containers.some(isAlive);
}

function stopAll({ desired, seen }: WantedInput): readonly Action[] {
  const wholeSeconds = desired.spec.terminationGracePeriodSeconds;
  const graceSeconds = remainingGrace({ wholeSeconds, elapsedMs: 0 });
  return stopNext({ pod: desired, seen, graceSeconds });
}
