/**
 * The kubelet's back-off: 10 s doubling to the longest delay, forgotten after 10 min without a failure.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
import type { ContainerRecord } from "../cri/types.ts";
import { type Instant, minute, second } from "../instant.ts";
import type { CrashBackoff, Failure } from "./memory.ts";
import { endOf, type RunEnd } from "./run_ends.ts";

/** Delays in milliseconds. */
export interface BackoffPolicy {
  readonly initialMs: number;
  readonly maxMs: number;
}

export const defaultBackoff: BackoffPolicy = { initialMs: 10 * second, maxMs: 5 * minute };

/** That of image pulls, which no setting changes. */
export const imageBackoff: BackoffPolicy = { initialMs: 10 * second, maxMs: 5 * minute };

/** That of volumes which cannot be made ready. */
export const volumeBackoff: BackoffPolicy = {
  initialMs: second / 2,
  maxMs: 2 * minute + 2 * second,
};

/** A run that outlives this starts over, whatever the longest delay is. */
const forgottenAfterMs = 10 * minute;

/** The delay after `previousMs`, or the first one. */
export function nextDelay(previousMs: number | undefined, policy: BackoffPolicy): number {
  const initial = Math.min(policy.initialMs, policy.maxMs);
  return previousMs === undefined ? initial : Math.min(previousMs * 2, policy.maxMs);
}

/** Whether a container that exited may start again now, and what its next exit will cost. */
export type RestartDecision =
  | { readonly kind: "Restart"; readonly crash: CrashBackoff | undefined }
  | { readonly kind: "Wait"; readonly until: Instant; readonly delayMs: number };

/** A run that has exited, with how, as far as that is known. */
type ExitedRun =
  & Pick<ContainerRecord, "attempt">
  & RunEnd
  & Partial<Pick<ContainerRecord, "reason" | "exitCode">>;

/** What containerd says of a run whose end it has not seen: that ended with the machine. @see CRI unknownContainerStatus */
function wentWithMachine({ reason, exitCode }: ExitedRun): boolean {
  return reason === "Unknown" && exitCode === 255;
}

/** Decides on the restart of a run that has exited. A power cut is no crash: who has lost its machine starts at once. */
export function decideRestart(
  exited: ExitedRun,
  crash: CrashBackoff | undefined,
  at: { readonly now: Instant; readonly policy: BackoffPolicy },
): RestartDecision {
  if (crash?.attempt === exited.attempt || wentWithMachine(exited)) {
    return { kind: "Restart", crash };
  }
  const current = isForgotten(exited, crash) ? undefined : crash;
  const from = endOf(exited);
  const until = from + (current?.delayMs ?? 0);
  if (current !== undefined && isBetween(at.now, { from, until })) {
    return { kind: "Wait", until, delayMs: current.delayMs };
  }
  const delayMs = nextDelay(current?.delayMs, at.policy);
  return { kind: "Restart", crash: { delayMs, at: at.now, attempt: exited.attempt } };
}

/**
 * Decides on the restart of a run that is ended because it failed a probe. It has not ended yet, so the end of the run before
 * it is what a back-off counts from; without one there is nothing to wait for.
 */
export function decideReplacement(
  killed: Pick<ContainerRecord, "attempt">,
  { before, crash }: {
    readonly before: RunEnd | undefined;
    readonly crash: CrashBackoff | undefined;
  },
  at: { readonly now: Instant; readonly policy: BackoffPolicy },
): { readonly kind: "Restart"; readonly crash: CrashBackoff | undefined } | { kind: "Wait" } {
  if (before === undefined) return { kind: "Restart", crash };
  const current = isForgotten({ finishedAt: at.now }, crash) ? undefined : crash;
  const from = endOf(before);
  const until = from + (current?.delayMs ?? 0);
  if (isBetween(at.now, { from, until })) return { kind: "Wait" };
  const delayMs = nextDelay(current?.delayMs, at.policy);
  return { kind: "Restart", crash: { delayMs, at: at.now, attempt: killed.attempt } };
}

function isForgotten(exited: RunEnd, crash: CrashBackoff | undefined): boolean {
  return crash !== undefined && endOf(exited) - crash.at > forgottenAfterMs;
}

/** When a failed start may be tried again. */
export function retryAt(failure: Failure): Instant {
  return failure.at + failure.delayMs;
}

/** Whether a failed start must wait for its next try. */
export function isBackingOff(failure: Failure, now: Instant): boolean {
  return isBetween(now, { from: failure.at, until: retryAt(failure) });
}

/**
 * What seems to lie in the future happened before the clock was set back. It is waited for no longer: until the clock is
 * there once more, days may pass.
 */
function isBetween(
  now: Instant,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): boolean {
  return from <= now && now < until;
}

/** How long a failed try (ErrImagePull, RunContainerError) or a run's end is shown itself before the back-off is. */
export const errorShownMs = second;

/** Until when the end of a run is shown and not yet the wait for the next one; undefined when that time is over. */
export function endShownUntil(run: RunEnd, now: Instant): Instant | undefined {
  const until = endOf(run) + errorShownMs;
  return isBetween(now, { from: endOf(run), until }) ? until : undefined;
}

/** Whether the status still tells of the failure itself and not of the wait for the next try. */
export function isShown(failure: Failure, now: Instant): boolean {
  return isBetween(now, { from: failure.at, until: failure.at + errorShownMs });
}

/** When a waiting pod must be looked at again: at the retry, and before it where the reason shown changes. */
export function nextLook(failure: Failure, now: Instant): Instant {
  const changes = failure.reason === "ErrImagePull" && isShown(failure, now);
  return changes ? failure.at + errorShownMs : retryAt(failure);
}
