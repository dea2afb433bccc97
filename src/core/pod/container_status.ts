/** A container's status as the API shows it: what runs, why it waits, how it ended last. */
import type { ContainerRecord } from "../cri/types.ts";
import { formatDuration } from "../duration.ts";
import { rfc3339 } from "../instant.ts";
import {
  type Container,
  isSidecar,
  type K8sContainerState,
  type K8sContainerStatus,
  type Pod,
} from "../k8s.ts";
import { hasStarted, isReady } from "../probe/container_verdict.ts";
import { decideRestart, endShownUntil, isBackingOff, isShown } from "./backoff.ts";
import { containerFacts } from "./container_facts.ts";
import type { ContainerKind } from "./container_kind.ts";
import { lostState } from "./final_status.ts";
import { hasEndedBefore, notStarted, pastOf, statusBefore } from "./lost_container.ts";
import { type Failure, hasRun } from "./memory.ts";
import { limitedMessage } from "./message_limit.ts";
import { latestRun, runsOf } from "./observed.ts";
import { initSucceeded, runsAgain } from "./restart.ts";
import { restartsAfter } from "./restart_policy.ts";
import { endOf } from "./run_ends.ts";
import type { StatusInput } from "./status_input.ts";

/** The status of one container of that kind. */
export function containerStatus(
  input: StatusInput,
  container: Container,
  kind: ContainerKind,
): K8sContainerStatus {
  const [latest, previous] = runsOf(input.seen, container.name);
  const before = statusBefore(input.previous, container);
  const vanished = kind === "Init" && isVanished(input, container, latest);
  const state = vanished ? vanishedState : currentState(input, container, latest);
  if (latest === undefined && !vanished && hasEndedBefore(before, state)) return before;
  const past = pastOf(before, { latest, isDeleted: input.isDeleted });
  const last = lastState(input, state, { latest, previous }) ?? past.lastState;
  return {
    name: container.name,
    state,
    lastState: last ?? {},
    ...progress(input, container, { kind, state, latest }),
    restartCount: Math.max(latest?.attempt ?? 0, past.restartCount),
    image: latest?.image ?? container.image ?? "",
    imageID: latest?.imageRef ?? "",
    ...(latest === undefined ? {} : { containerID: `containerd://${latest.id}` }),
    ...containerFacts(container, latest),
  };
}

/** How far the container has come; nobody waits for an ephemeral one. */
function progress(
  { probes }: StatusInput,
  container: Container,
  { kind, state, latest }: {
    readonly kind: ContainerKind;
    readonly state: K8sContainerState;
    readonly latest: ContainerRecord | undefined;
  },
): Pick<K8sContainerStatus, "ready" | "started"> {
  if (kind === "Ephemeral") return { ready: false };
  const running = state.running !== undefined;
  const verdicts = probes.get(latest?.id ?? "");
  const isStep = kind === "Init" && !isSidecar(container);
  return {
    ready: isStep
      ? state === vanishedState || initSucceeded(latest)
      : running && isReady(container, verdicts),
    started: running && hasStarted(container, verdicts),
  };
}

/** What an init container shows that somebody has removed from the runtime: it must have ended well. */
const vanishedState: K8sContainerState = {
  terminated: {
    exitCode: 0,
    reason: "Completed",
    message: "Unable to get init container status from container runtime and pod has been " +
      "initialized, treat it as exited normally",
  },
};

function isVanished(
  { pod, seen }: StatusInput,
  container: Container,
  latest: ContainerRecord | undefined,
): boolean {
  if (latest !== undefined || isSidecar(container)) return false;
  return pod.spec.containers.some(({ name }) => {
    const run = latestRun(seen, name);
    return run !== undefined && run.state !== "Unknown";
  });
}

function currentState(
  input: StatusInput,
  container: Container,
  latest: ContainerRecord | undefined,
): K8sContainerState {
  const waiting = waitingReason(input, container, latest);
  if (waiting !== null) return { waiting };
  switch (latest?.state) {
    case "Running":
      return { running: { startedAt: rfc3339(latest.startedAt) } };
    case "Exited":
      return { terminated: terminated(input, latest) };
    case "Unknown":
      return lostState;
    default:
      return notStarted(input.pod);
  }
}

interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/** Why a container that should run does not; null when nothing holds it back. */
function waitingReason(
  input: StatusInput,
  container: Container,
  latest: ContainerRecord | undefined,
): Waiting | null {
  if (latest?.state === "Running") return null;
  const failure = input.ended ? undefined : standingFailure(input, container, latest);
  if (failure && hasRun(failure) && isShown(failure, input.now)) return shown(failure);
  const crash = latest?.state === "Exited" ? crashLoop(input, container, latest) : null;
  if (crash !== null) return crash;
  const wait = failure === undefined || hasRun(failure)
    ? waitBefore(input, container, latest)
    : null;
  if (wait !== null || failure === undefined) return wait;
  return failureShown(failure, { now: input.now, image: container.image ?? "" });
}

/**
 * A start that seemed to fail may have gone on in the runtime: what has run and ended since tells more. So does the end of what
 * restart policies let be.
 */
function standingFailure(
  { pod, memory }: StatusInput,
  container: Container,
  latest: ContainerRecord | undefined,
): Failure | undefined {
  const failure = memory.containers[container.name]?.failure;
  if (latest?.state !== "Exited") return failure;
  const { exitCode } = latest;
  const hasRunSince = endOf(latest) > (failure?.at ?? 0);
  return hasRunSince || !restartsAfter(pod.spec, { container, exitCode }) ? undefined : failure;
}

function crashLoop(
  { pod, memory, now, backoff, ended }: StatusInput,
  container: Container,
  latest: ContainerRecord,
): Waiting | null {
  if (ended || !runsAgain({ pod, container, exited: latest })) return null;
  if (endShownUntil(latest, now) !== undefined) return null;
  const crash = memory.containers[container.name]?.crash;
  const decision = decideRestart(latest, crash, { now, policy: backoff });
  if (decision.kind === "Restart") return null;
  return {
    reason: "CrashLoopBackOff",
    message: `back-off ${
      formatDuration(decision.delayMs)
    } restarting failed container=${container.name} pod=${podFullName(pod)}`,
  };
}

/** A wait that is over is shown until the container runs: its end was shown before. */
function waitBefore(
  { previous, ended }: StatusInput,
  container: Container,
  latest: ContainerRecord | undefined,
): Waiting | null {
  const before = statusBefore(previous, container);
  const { reason, message } = before?.state?.waiting ?? {};
  const isSameEnd = latest?.state === "Exited" && before?.restartCount === latest.attempt;
  if (ended || !isSameEnd || reason !== "CrashLoopBackOff") return null;
  return { reason, ...(message === undefined ? {} : { message }) };
}

/** `NAME_NAMESPACE(UID)`, as the kubelet's messages name a pod. */
export function podFullName(
  pod: { readonly metadata: Pick<Pod["metadata"], "name" | "namespace" | "uid"> },
): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

function failureShown(
  failure: Failure,
  at: { readonly now: number; readonly image: string },
): Waiting {
  const held = !isShown(failure, at.now) && isBackingOff(failure, at.now);
  if (failure.reason !== "ErrImagePull" || !held) return shown(failure);
  return {
    reason: "ImagePullBackOff",
    message: `Back-off pulling image "${at.image}": ErrImagePull: ${failure.message}`,
  };
}

function shown({ reason, message }: Failure): Waiting {
  return { reason, message };
}

function terminated(
  { pod }: StatusInput,
  run: ContainerRecord,
): NonNullable<K8sContainerState["terminated"]> {
  return {
    exitCode: run.exitCode,
    reason: run.reason,
    ...(run.message === "" ? {} : { message: limitedMessage(run.message, pod) }),
    // What could not be run has started at the beginning of time, for the kubelet as well.
    startedAt: rfc3339(run.startedAt),
    finishedAt: rfc3339(run.finishedAt),
    containerID: `containerd://${run.id}`,
  };
}

/** How the container ended before its present state. */
function lastState(
  input: StatusInput,
  state: K8sContainerState,
  { latest, previous }: {
    readonly latest: ContainerRecord | undefined;
    readonly previous: ContainerRecord | undefined;
  },
): K8sContainerState | undefined {
  const run = state.waiting !== undefined && latest?.state === "Exited" ? latest : previous;
  return run?.state === "Exited" ? { terminated: terminated(input, run) } : undefined;
}
