/** The last status of a pod: every container has ended, or is taken to have failed, and the phase is one that stays. */
import { isSidecar, type K8sContainerState, type K8sContainerStatus, type Pod } from "../k8s.ts";
import type { PodStatus } from "../k8s.ts";
import { terminalPhase } from "./memory.ts";
import { isStaticPod } from "./static_pod.ts";

/** What a container shows of which nobody knows how it ended. */
export const lostState: K8sContainerState = {
  terminated: {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
  },
};

/**
 * Completes the status of a pod of which nothing runs any more. What is missing counts as a failure, so that nobody takes the
 * pod for done; main containers that were never reached because initialization failed or was broken off stay as they are.
 */
export function finalStatus(
  pod: Pod,
  status: PodStatus,
  { stopped }: { readonly stopped: readonly string[] },
): PodStatus {
  const { initContainerStatuses: init = [], containerStatuses: main = [] } = status;
  const begun = countBegun(init);
  return {
    ...status,
    ...phaseOf(pod, status),
    ...(init.length === 0 ? {} : {
      initContainerStatuses: init.map((each, index) => index < begun ? ended(each) : each),
    }),
    containerStatuses: hasInitialized(pod, { status, stopped }) ? main.map(ended) : main,
  };
}

/** A static pod may be wanted again under the same UID: it keeps the phase that its containers give it. */
function phaseOf(pod: Pod, { phase }: PodStatus): Pick<PodStatus, "phase"> {
  return isStaticPod(pod) || terminalPhase(phase) !== undefined ? {} : { phase: "Failed" };
}

function ended(status: K8sContainerStatus): K8sContainerStatus {
  return status.state?.terminated === undefined ? { ...status, state: lostState } : status;
}

/** How many init containers were tried, in their order; the first one always counts. */
function countBegun(init: readonly K8sContainerStatus[]): number {
  return Math.max(init.findLastIndex(hasRun), 0) + 1;
}

function hasRun({ state, lastState }: K8sContainerStatus): boolean {
  return state?.waiting === undefined || lastState?.terminated !== undefined;
}

function hasInitialized(
  pod: Pod,
  { status, stopped }: { readonly status: PodStatus; readonly stopped: readonly string[] },
): boolean {
  const inits = pod.spec.initContainers ?? [];
  const last = inits.at(-1);
  if (last === undefined || (status.containerStatuses ?? []).some(hasRun)) return true;
  const shown = status.initContainerStatuses?.at(-1);
  if (isSidecar(last)) return shown?.state?.running !== undefined && shown.started === true;
  if (stopped.includes(last.name)) return false;
  return shown?.state?.terminated?.exitCode === 0 || shown?.lastState?.terminated?.exitCode === 0;
}
