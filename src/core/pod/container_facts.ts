/** The parts of a container's status that tell how it was set up: resources, mounts, user. */
import type { ContainerRecord } from "../cri/types.ts";
import { absolutePath } from "../cri/mounts.ts";
import type { Container, K8sContainerStatus, VolumeMount } from "../k8s.ts";

type Facts = Pick<
  K8sContainerStatus,
  "allocatedResources" | "resources" | "user" | "volumeMounts"
>;

/** What is known before the container exists, and what only its latest run can tell. */
export function containerFacts(container: Container, latest: ContainerRecord | undefined): Facts {
  return {
    ...volumeMounts(container, latest),
    ...(latest === undefined ? {} : runFacts(container, latest)),
  };
}

/** No resources change while a pod lives, so what was asked for is what is given. */
function runFacts(
  { resources = {} }: Container,
  { user }: ContainerRecord,
): Omit<Facts, "volumeMounts"> {
  const { requests = {} } = resources;
  return {
    resources,
    ...(Object.keys(requests).length === 0 ? {} : { allocatedResources: requests }),
    ...(user === undefined ? {} : { user: { linux: user } }),
  };
}

function volumeMounts(
  { volumeMounts = [] }: Container,
  latest: ContainerRecord | undefined,
): Pick<Facts, "volumeMounts"> {
  if (volumeMounts.length === 0) return {};
  return {
    volumeMounts: volumeMounts.map((mount) => ({
      name: mount.name,
      mountPath: mount.mountPath,
      ...(mount.readOnly === true
        ? { readOnly: true, recursiveReadOnly: isRecursive(mount, latest) ? "Enabled" : "Disabled" }
        : {}),
    })),
  };
}

/** Whether it is possible shows once the container is there. */
function isRecursive(
  { mountPath, recursiveReadOnly }: VolumeMount,
  latest: ContainerRecord | undefined,
): boolean {
  if (latest === undefined) return recursiveReadOnly === "Enabled";
  return latest.recursiveReadOnlyPaths?.includes(absolutePath(mountPath)) ?? false;
}
