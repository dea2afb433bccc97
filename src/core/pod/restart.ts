/** When a container runs again and when a pod has ended: what restartPolicy means. */
import type { ContainerRecord } from "../cri/types.ts";
import { type Container, isSidecar, type Pod } from "../k8s.ts";
import { latestRun, type Observed, succeeded } from "./observed.ts";

/** Whether a container that has exited shall run again: sidecars always do, init containers only until they end well. */
export function runsAgain(
  { pod, container, exited }: {
    readonly pod: Pod;
    readonly container: Container;
    readonly exited: ContainerRecord;
  },
): boolean {
  if (isSidecar(container)) return true;
  const isInit = plainInitContainers(pod).some(({ name }) => name === container.name);
  if (isInit) return pod.spec.restartPolicy !== "Never" && !initSucceeded(exited);
  return shouldRestart(pod, exited);
}

/** Whether an init container did its work: not where memory ran out for any of its processes, whatever its exit code is. */
export function initSucceeded(run: ContainerRecord | undefined): boolean {
  return succeeded(run) && run?.reason !== "OOMKilled";
}

/** What the pod's policy says of a run that has exited. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy */
function shouldRestart(pod: Pod, exited: ContainerRecord): boolean {
  switch (pod.spec.restartPolicy) {
    case "Never":
      return false;
    case "OnFailure":
      return !succeeded(exited);
    default:
      return true;
  }
}

/** The init containers that must have ended before the main ones start: all but the sidecars. */
function plainInitContainers(pod: Pod): readonly { readonly name: string }[] {
  return (pod.spec.initContainers ?? []).filter((container) => !isSidecar(container));
}

/** Whether an init container failed in a pod that does not try again. */
function initFailedForGood(pod: Pod, seen: Observed): boolean {
  if (pod.spec.restartPolicy !== "Never") return false;
  return plainInitContainers(pod).some(({ name }) => {
    const run = latestRun(seen, name);
    return run?.state === "Exited" && !initSucceeded(run);
  });
}

/** Whether the pod has done all it will ever do. */
export function hasFinished(pod: Pod, seen: Observed): boolean {
  if (initFailedForGood(pod, seen)) return true;
  return pod.spec.containers.every(({ name }) => {
    const run = latestRun(seen, name);
    return run?.state === "Exited" && !shouldRestart(pod, run);
  });
}

/** How a finished pod ended: every main container with 0, or not. */
export function outcome(pod: Pod, seen: Observed): "Succeeded" | "Failed" {
  const fine = pod.spec.containers.every(({ name }) => succeeded(latestRun(seen, name)));
  return fine ? "Succeeded" : "Failed";
}
