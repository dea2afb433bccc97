/** How a deleted pod goes: politely within its grace period, then everything of it is removed. */
import { annotation } from "../cri/labels.ts";
import type { Action } from "./action.ts";
import { remainingGrace } from "./grace.ts";
import type { Observed } from "./observed.ts";
import type { Plan, PlanInput } from "./plan_input.ts";
import { releases, stopNext } from "./plan_end.ts";

const defaultGraceSeconds = 30;

/** Plans the end of a pod that is not wanted any more. */
export function planTermination(input: PlanInput): Plan {
  const { former, deletion, seen, memory, now } = input;
  const since = memory.stoppingSince ?? now;
  const remembered = { ...memory, stoppingSince: since };
  const wholeSeconds = deletion?.graceSeconds ?? former?.spec.terminationGracePeriodSeconds ??
    annotatedGrace(seen);
  const graceSeconds = remainingGrace({ wholeSeconds, elapsedMs: now - since });
  const actions = stopNext({ pod: former, seen, graceSeconds });
  if (actions.length > 0) {
    return { state: { kind: "Terminating" }, memory: remembered, actions };
  }
  if (deletion !== null && !deletion.isReported) {
    return { state: { kind: "Terminating" }, memory: remembered, actions: releases(input) };
  }
  const removals = seen.sandboxes.map(({ id }): Action => ({ kind: "RemoveSandbox", id }));
  const state = removals.length > 0 ? "Terminating" : "Gone";
  return {
    state: { kind: state },
    memory: remembered,
    actions: [...removals, { kind: "RemovePodFiles" }],
  };
}

/** The grace period that the containers carry, for a pod whose manifest is gone. */
function annotatedGrace(seen: Observed): number {
  const texts = seen.containers.map((run) => run.annotations[annotation.podTerminationGracePeriod]);
  const text = texts.find((value) => value !== undefined && /^\d+$/.test(value));
  return text === undefined ? defaultGraceSeconds : Number(text);
}
