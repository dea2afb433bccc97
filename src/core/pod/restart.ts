/** When a container runs again and when a pod has ended: what restartPolicy means. */
import type { ContainerRecord } from "../cri/types.ts";
import { type Container, isSidecar, type Pod } from "../k8s.ts";
import { containerKind } from "./container_kind.ts";
import { latestRun, type Observed, succeeded } from "./observed.ts";
import { failedInitRestarts, restartsAfter } from "./restart_policy.ts";

/** Whether a container that has exited shall run again: sidecars always do, init containers only until they end well, ephemeral ones never. */
export function runsAgain(
  { pod, container, exited }: {
    readonly pod: Pod;
    readonly container: Container;
    readonly exited: ContainerRecord;
  },
): boolean {
  if (isSidecar(container)) return true;
  if (containerKind(pod.spec, container) === "Ephemeral") return false;
  const { exitCode } = exited;
  const isInit = plainInitContainers(pod).some(({ name }) => name === container.name);
  if (!isInit) return restartsAfter(pod.spec, { container, exitCode });
  return !initSucceeded(exited) && failedInitRestarts(pod.spec, { container, exitCode });
}

/** Whether an init container did its work: not where memory ran out for any of its processes, whatever its exit code is. */
export function initSucceeded(run: ContainerRecord | undefined): boolean {
  return succeeded(run) && run?.reason !== "OOMKilled";
}

/** The init containers that must have ended before the main ones start: all but the sidecars. */
function plainInitContainers(pod: Pod): readonly Container[] {
  return (pod.spec.initContainers ?? []).filter((container) => !isSidecar(container));
}

/** Whether an init container failed that is not tried again. */
function initFailedForGood(pod: Pod, seen: Observed): boolean {
  return plainInitContainers(pod).some((container) => {
    const run = latestRun(seen, container.name);
    return run?.state === "Exited" && !initSucceeded(run) &&
      !failedInitRestarts(pod.spec, { container, exitCode: run.exitCode });
  });
}

/** Whether the pod has done all it will ever do. */
export function hasFinished(pod: Pod, seen: Observed): boolean {
  if (initFailedForGood(pod, seen)) return true;
  return pod.spec.containers.every((container) => {
    const run = latestRun(seen, container.name);
    return run?.state === "Exited" &&
      !restartsAfter(pod.spec, { container, exitCode: run.exitCode });
  });
}

/** How a finished pod ended: every main container with 0, or not. */
export function outcome(pod: Pod, seen: Observed): "Succeeded" | "Failed" {
  const fine = pod.spec.containers.every(({ name }) => succeeded(latestRun(seen, name)));
  return fine ? "Succeeded" : "Failed";
}
