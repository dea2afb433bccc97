/** What a container shows that the runtime does not know (any more), from the status that was shown before. */
import type { ContainerRecord } from "../cri/types.ts";
import type { Container, K8sContainerState, K8sContainerStatus, Pod, PodStatus } from "../k8s.ts";
import { containerStatuses } from "./container_statuses.ts";

/** The container's part of a pod's status. */
export function statusBefore(
  status: PodStatus | undefined,
  { name }: Pick<Container, "name">,
): K8sContainerStatus | undefined {
  return containerStatuses(status).find((each) => each.name === name);
}

/** The state of a container whose turn has not come. */
export function notStarted({ spec }: Pod): K8sContainerState {
  const reason = (spec.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating";
  return { waiting: { reason } };
}

/** One that ran and is not there any more counts as ended: it must not look as if it had never run. */
const goneState: K8sContainerState = {
  terminated: {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was deleted.  " +
      "The container used to be Running",
  },
};

/**
 * Whether the container had ended when it was last shown, and nothing tells why it does not run again: then that is still all
 * there is to show.
 */
export function hasEndedBefore(
  before: K8sContainerStatus | undefined,
  now: K8sContainerState,
): before is K8sContainerStatus {
  const reason = now.waiting?.reason;
  const isIdle = reason === "ContainerCreating" || reason === "PodInitializing";
  return before?.state?.terminated !== undefined && isIdle;
}

/** What a container's status takes over from the one before it. */
export function pastOf(
  before: K8sContainerStatus | undefined,
  { latest, isDeleted }: {
    readonly latest: ContainerRecord | undefined;
    readonly isDeleted: boolean;
  },
): { readonly lastState: K8sContainerState | undefined; readonly restartCount: number } {
  if (before === undefined) return { lastState: undefined, restartCount: 0 };
  const { state, lastState, restartCount } = before;
  if (state?.terminated !== undefined && !isOf(before, latest)) {
    return { lastState: state, restartCount };
  }
  const isLost = latest === undefined && state?.running !== undefined;
  if (!isLost || lastState?.terminated !== undefined) return { lastState, restartCount };
  return { lastState: goneState, restartCount: restartCount + (isDeleted ? 0 : 1) };
}

/** Whether a status is about this run. */
function isOf({ containerID }: K8sContainerStatus, run: ContainerRecord | undefined): boolean {
  return run !== undefined && containerID === `containerd://${run.id}`;
}
