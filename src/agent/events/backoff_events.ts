/** Tells once each time a container begins to wait for its back-off, in the kubelet's words. */
import {
  type K8sContainerStatus,
  type Pod,
  type PodStatus,
  withEphemeral,
} from "../../core/k8s.ts";
import { podFullName } from "../../core/pod/container_status.ts";
import { containerStatuses } from "../../core/pod/container_statuses.ts";
import { fieldPathOf, type PodEvents } from "./pod_events.ts";

/** Compares a pod's status with the one before it. */
export function tellOfBackoff(
  { pod, before, after, events }: {
    readonly pod: Pod;
    readonly before: PodStatus | undefined;
    readonly after: PodStatus;
    readonly events: PodEvents;
  },
): void {
  const known = new Map(containerStatuses(before).map((status) => [status.name, waitOf(status)]));
  for (const status of containerStatuses(after)) {
    const wait = waitOf(status);
    if (wait !== null && wait !== known.get(status.name)) tell(pod, status, events);
  }
}

/** What a container waits for; another text for another wait, null when it does not. */
function waitOf({ state, lastState }: K8sContainerStatus): string | null {
  switch (state?.waiting?.reason) {
    case "CrashLoopBackOff":
      return `restart after ${lastState?.terminated?.containerID}`;
    case "ImagePullBackOff":
      return "pull";
    default:
      return null;
  }
}

function tell(pod: Pod, { name, state }: K8sContainerStatus, events: PodEvents): void {
  const fieldPath = fieldPathOf(pod, { name });
  if (state?.waiting?.reason === "CrashLoopBackOff") {
    const message = `Back-off restarting failed container ${name} in pod ${podFullName(pod)}`;
    return events.warning(pod.metadata, { reason: "BackOff", message, fieldPath });
  }
  const image = withEphemeral(pod.spec).find((container) => container.name === name)?.image ?? "";
  const message = `Back-off pulling image "${image}"`;
  events.normal(pod.metadata, { reason: "BackOff", message, fieldPath });
  events.warning(pod.metadata, { reason: "Failed", message: "Error: ImagePullBackOff", fieldPath });
}
