/** The parts of a container's status that tell how it was set up: resources, mounts, user. */
import type { ContainerRecord } from "../cri/types.ts";
import type { Container, K8sContainerStatus } from "../k8s.ts";

type Facts = Pick<
  K8sContainerStatus,
  "allocatedResources" | "resources" | "user" | "volumeMounts"
>;

/** What is known before the container exists, and what only its latest run can tell. */
export function containerFacts(container: Container, latest: ContainerRecord | undefined): Facts {
  return {
    ...volumeMounts(container),
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

function volumeMounts({ volumeMounts = [] }: Container): Pick<Facts, "volumeMounts"> {
  if (volumeMounts.length === 0) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly === true ? { readOnly, recursiveReadOnly: "Disabled" } : {}),
    })),
  };
}
