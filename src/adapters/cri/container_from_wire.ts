/** Containers as CRI tells of them, in the agent's words. */
import type { ContainerRecord, ContainerState, ContainerSummary } from "../../core/cri/types.ts";
import {
  type Container,
  ContainerState as WireState,
  type ContainerStatus,
} from "./gen/runtime/v1/container.ts";
import { instantOf } from "./time.ts";

const states: Readonly<Record<WireState, ContainerState>> = {
  [WireState.CONTAINER_CREATED]: "Created",
  [WireState.CONTAINER_RUNNING]: "Running",
  [WireState.CONTAINER_EXITED]: "Exited",
  [WireState.CONTAINER_UNKNOWN]: "Unknown",
};

export function containerSummary(container: Container): ContainerSummary {
  return { ...common(container), sandboxId: container.podSandboxId };
}

/** CRI's status does not name the sandbox; the list does. */
export function containerRecord(
  status: ContainerStatus,
  { sandboxId }: { readonly sandboxId: string },
): ContainerRecord {
  return {
    ...common(status),
    sandboxId,
    startedAt: instantOf(status.startedAt),
    finishedAt: instantOf(status.finishedAt),
    exitCode: status.exitCode,
    reason: status.reason,
    message: status.message,
    image: status.image?.image ?? "",
    imageRef: status.imageRef,
    imageId: status.imageId || status.imageRef,
    logPath: status.logPath,
    ...linuxUser(status),
    ...recursiveReadOnlyPaths(status),
  };
}

function linuxUser({ user }: ContainerStatus): Pick<ContainerRecord, "user"> {
  if (user?.linux === undefined) return {};
  const { uid, gid, supplementalGroups } = user.linux;
  const groups = supplementalGroups.map(Number);
  return { user: { uid: Number(uid), gid: Number(gid), supplementalGroups: groups } };
}

function recursiveReadOnlyPaths(
  { mounts }: ContainerStatus,
): Pick<ContainerRecord, "recursiveReadOnlyPaths"> {
  const paths = mounts.filter(({ recursiveReadOnly }) => recursiveReadOnly)
    .map(({ containerPath }) => containerPath);
  return paths.length === 0 ? {} : { recursiveReadOnlyPaths: paths };
}

function common(container: Container | ContainerStatus): Omit<ContainerSummary, "sandboxId"> {
  return {
    id: container.id,
    name: container.metadata?.name ?? "",
    attempt: container.metadata?.attempt ?? 0,
    state: states[container.state],
    createdAt: instantOf(container.createdAt),
    labels: container.labels,
    annotations: container.annotations,
  };
}
