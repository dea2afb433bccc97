/** A pod's phase from its containers' states, by the kubelet's rules. */
import { isSidecar, type K8sContainerStatus, type Pod } from "../k8s.ts";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

export interface PhaseInput {
  readonly pod: Pod;
  readonly init: readonly K8sContainerStatus[];
  readonly main: readonly K8sContainerStatus[];
}

/** The phase of a pod that was neither refused nor evicted. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase */
export function phase({ pod, init, main }: PhaseInput): Phase {
  const started = main.some((status) => status.state?.waiting === undefined || hasEnded(status));
  const initPhase = started ? null : phaseOfInit(pod, init);
  if (initPhase !== null) return initPhase;
  if (main.some((status) => status.state?.waiting !== undefined && !hasEnded(status))) {
    return "Pending";
  }
  if (main.some((status) => status.state?.running !== undefined)) return "Running";
  return phaseOfStopped(pod, main);
}

/** What the init containers say: not done yet, failed for good, or nothing (null). */
function phaseOfInit(pod: Pod, init: readonly K8sContainerStatus[]): Phase | null {
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name));
  const plain = init.filter(({ name }) => !sidecars.has(name));
  const failed = plain.some(({ state }) => state?.terminated && state.terminated.exitCode !== 0);
  if (failed && pod.spec.restartPolicy === "Never") return "Failed";
  const pending = plain.some(({ state }) => state?.terminated?.exitCode !== 0);
  const waiting = init.some(({ name, started }) => sidecars.has(name) && started !== true);
  return pending || waiting ? "Pending" : null;
}

function phaseOfStopped(pod: Pod, main: readonly K8sContainerStatus[]): Phase {
  if (pod.spec.restartPolicy === "Always") return "Running";
  if (main.every((status) => exitCode(status) === 0)) return "Succeeded";
  return pod.spec.restartPolicy === "Never" ? "Failed" : "Running";
}

function hasEnded(status: K8sContainerStatus): boolean {
  return exitCode(status) !== undefined;
}

/** The exit code of the latest end, be it the present state or the last one. */
function exitCode(status: K8sContainerStatus): number | undefined {
  return (status.state?.terminated ?? status.lastState?.terminated)?.exitCode;
}
