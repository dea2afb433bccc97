/** A pod's phase from its containers' states, by the kubelet's rules. */
import { type Container, isSidecar, type K8sContainerStatus, type Pod } from "../k8s.ts";
import { failedInitRestarts, restartsAfter } from "./restart_policy.ts";
import { isStaticPod } from "./static_pod.ts";

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase */
export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

export interface PhaseInput {
  readonly pod: Pod;
  /** The statuses of init containers and sidecars. */
  readonly init: readonly K8sContainerStatus[];
  readonly main: readonly K8sContainerStatus[];
  /** A main container was begun in the present sandbox: sidecars that come and go do not make the pod pending again. */
  readonly initialized: boolean;
  /** Nothing of it runs, and nothing will be started again, whatever its restart policy is. */
  readonly isOver: boolean;
}

/** The phase of a pod that was neither refused nor evicted. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase */
export function phase({ pod, init, main, initialized, isOver }: PhaseInput): Phase {
  const names = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const sidecars = init.filter(({ name }) => names.has(name));
  const plain = init.filter(({ name }) => !names.has(name));
  if (plain.some((status) => hasFailedInitForGood(pod, status))) return "Failed";
  if (plain.some(isUnfinished)) return "Pending";
  if (!initialized && sidecars.some(isStarting)) return "Pending";
  if ([...sidecars, ...main].some(hasNeverRun)) return "Pending";
  if ([...sidecars, ...main].some(({ state }) => state?.running !== undefined)) return "Running";
  // What becomes of a static pod its manifest alone decides.
  const isForGood = isOver && !isStaticPod(pod);
  if (!isForGood && main.some((status) => isRestartable(pod, status))) return "Running";
  return main.every(({ state }) => state?.terminated?.exitCode === 0) ? "Succeeded" : "Failed";
}

/** An init container that runs, or that has not been run yet. */
function isUnfinished(status: K8sContainerStatus): boolean {
  return status.state?.running !== undefined || hasNeverRun(status);
}

/** A sidecar that has not come up for the first time. */
function isStarting(status: K8sContainerStatus): boolean {
  const { state, started } = status;
  return hasNeverRun(status) || (state?.running !== undefined && started !== true);
}

function hasNeverRun({ state, lastState }: K8sContainerStatus): boolean {
  return state?.waiting !== undefined && lastState?.terminated === undefined;
}

/** Where memory ran out for one of its processes the exit code does not count. */
function hasFailedInitForGood({ spec }: Pod, status: K8sContainerStatus): boolean {
  const code = exitCode(status);
  const { reason } = status.state?.terminated ?? status.lastState?.terminated ?? {};
  if (code === undefined || (code === 0 && reason !== "OOMKilled")) return false;
  const container = named(spec.initContainers ?? [], status);
  return !failedInitRestarts(spec, { container, exitCode: code });
}

/** Whether its policy has a main container that has ended run again. */
function isRestartable({ spec }: Pod, status: K8sContainerStatus): boolean {
  const container = named(spec.containers, status);
  return restartsAfter(spec, { container, exitCode: exitCode(status) ?? 0 });
}

/** The container that a status is of; where the spec has none of that name, the pod's policy counts. */
function named(containers: readonly Container[], { name }: K8sContainerStatus): Container {
  return containers.find((container) => container.name === name) ?? { name };
}

/** The exit code of the latest end, be it the present state or the last one. */
function exitCode({ state, lastState }: K8sContainerStatus): number | undefined {
  if (state?.running !== undefined) return undefined;
  return (state?.terminated ?? lastState?.terminated)?.exitCode;
}
