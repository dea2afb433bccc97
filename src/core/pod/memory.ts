/** The little that is remembered of a pod because the runtime cannot tell it. Plain data: it is stored as JSON. */
import type { Instant } from "../instant.ts";

/** A crash back-off: what the next exit will cost. */
export interface CrashBackoff {
  readonly delayMs: number;
  /** When the restart was decided; a run that ends more than 10 min after it starts over. */
  readonly at: Instant;
  /** The attempt whose exit was answered by that restart. */
  readonly attempt: number;
}

/** Why the last try to start something failed, as the kubelet's waiting reasons word it. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly at: Instant;
  /** How long to wait from `at` until the next try. */
  readonly delayMs: number;
}

/** Whether a start failed so late that the container has run, or was as good as running: then it has exited as well. */
export function hasRun({ reason }: Failure): boolean {
  return reason === "RunContainerError" || reason === "PostStartHookError";
}

export interface ContainerMemory {
  readonly crash?: CrashBackoff;
  readonly failure?: Failure;
}

/** A pod that ended for a reason outside its containers: refused at admission, evicted, or past its deadline. */
export interface PodEnd {
  readonly reason: string;
  readonly message: string;
  readonly at: Instant;
  /** How long its containers get; the shortest time there is unless given. */
  readonly graceSeconds?: number;
  /** What the condition `DisruptionTarget` says, where the node ends the pod for the sake of others. */
  readonly disruption?: string;
}

/** How a pod has ended; once it has, nothing takes it back. */
export type TerminalPhase = "Succeeded" | "Failed";

/** The phase, where it is one that a pod never leaves. */
export function terminalPhase(phase: string | undefined): TerminalPhase | undefined {
  return phase === "Succeeded" || phase === "Failed" ? phase : undefined;
}

/** Kept for as long as the pod is on the node, across restarts of the agent. */
export interface PodMemory {
  /** When the agent first took the pod on (`status.startTime`). */
  readonly startTime: Instant;
  /** By how much the clock was set since then; kept where a deadline is counted from it. */
  readonly clockMovedMs?: number;
  readonly end?: PodEnd;
  /** The pod has ended: it never runs again, whatever its source or the runtime have forgotten. */
  readonly phase?: TerminalPhase;
  /** A pod of the API server left the node: a server that has lost its newest data may show it once more. */
  readonly goneAt?: Instant;
  /** When the agent began to end the pod, so that the grace period is counted once. */
  readonly stoppingSince?: Instant;
  /** The runtime's handler that the pod's runtime class names. */
  readonly runtimeHandler?: string;
  /** The last failure to prepare volumes or the sandbox. */
  readonly sandboxFailure?: Failure;
  readonly containers: Readonly<Record<string, ContainerMemory>>;
  readonly probed?: ProbedContainers;
}

/** The IDs of containers that probes have found well, so that the next agent does not take them for new. */
export interface ProbedContainers {
  readonly started: readonly string[];
  readonly ready: readonly string[];
}

/** The memory of a pod never seen before. */
export function newMemory(now: Instant): PodMemory {
  return { startTime: now, containers: {} };
}

/** The memory of a pod that has ended; the first end counts. */
export function rememberPhase(memory: PodMemory, phase: TerminalPhase): PodMemory {
  return memory.phase === undefined ? { ...memory, phase } : memory;
}

/** What is kept of a pod that has left the node. */
export function goneMemory({ startTime, phase = "Failed" }: PodMemory, now: Instant): PodMemory {
  return { startTime, phase, goneAt: now, containers: {} };
}

/** The memory with one container's part changed. */
export function rememberContainer(
  memory: PodMemory,
  name: string,
  change: ContainerMemory,
): PodMemory {
  return { ...memory, containers: { ...memory.containers, [name]: change } };
}

/** The memory after a container was started: its failure is over, its crash back-off stays. */
export function forgetFailure(memory: PodMemory, name: string): PodMemory {
  const { failure, ...rest } = memory.containers[name] ?? {};
  return failure === undefined ? memory : rememberContainer(memory, name, rest);
}

/** The memory after a container could not be started. */
export function rememberFailure(memory: PodMemory, name: string, failure: Failure): PodMemory {
  return rememberContainer(memory, name, { ...memory.containers[name], failure });
}

/** The memory after the sandbox could not be made. */
export function rememberSandboxFailure(memory: PodMemory, sandboxFailure: Failure): PodMemory {
  return { ...memory, sandboxFailure };
}

/** What a pod waits for that refers to objects which may change: volumes, and the environments of its containers. */
const waitsForObjects = new Set(["FailedMount", "CreateContainerConfigError"]);

/** The memory after an object has changed that the pod refers to: what failed for want of it is tried again at once. */
export function hastenObjects(memory: PodMemory): PodMemory {
  const { sandboxFailure, containers } = memory;
  const hastened = Object.entries(containers).map(([name, { failure, ...rest }]) =>
    [name, { ...rest, ...(failure && { failure: hasten(failure) }) }] as const
  );
  return {
    ...memory,
    ...(sandboxFailure && { sandboxFailure: hasten(sandboxFailure) }),
    containers: Object.fromEntries(hastened),
  };
}

function hasten(failure: Failure): Failure {
  return waitsForObjects.has(failure.reason) ? { ...failure, delayMs: 0 } : failure;
}

/** The memory after the sandbox was made by the runtime's handler of that name; "" for the default one. */
export function rememberSandbox(
  memory: PodMemory,
  { handler }: { readonly handler: string },
): PodMemory {
  const { sandboxFailure, ...rest } = memory;
  const known = sandboxFailure === undefined ? memory : rest;
  return handler === "" || known.runtimeHandler === handler
    ? known
    : { ...known, runtimeHandler: handler };
}
