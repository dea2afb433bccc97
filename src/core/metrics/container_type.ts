/** What the kubelet calls the kinds of containers in metrics. */
import type { Container, K8sContainerStatus, Pod, PodStatus } from "../k8s.ts";

/** Of one of the pod's own containers. */
export function containerType({ spec }: Pod, { name }: Pick<Container, "name">): string {
  const isOne = (containers: readonly { readonly name: string }[] = []): boolean =>
    containers.some((each) => each.name === name);
  if (isOne(spec.initContainers)) return "init_container";
  return isOne(spec.containers) ? "container" : "ephemeral_container";
}

/** A container that has ended since the status before. */
export interface Termination {
  readonly container_type: string;
  readonly exit_code: string;
  readonly reason: string;
}

export function terminations(
  { before, after }: { readonly before: PodStatus | undefined; readonly after: PodStatus },
): readonly Termination[] {
  return [
    ...ended("init_container", before?.initContainerStatuses, after.initContainerStatuses),
    ...ended("container", before?.containerStatuses, after.containerStatuses),
    ...ended(
      "ephemeral_container",
      before?.ephemeralContainerStatuses,
      after.ephemeralContainerStatuses,
    ),
  ];
}

function ended(
  container_type: string,
  before: readonly K8sContainerStatus[] = [],
  after: readonly K8sContainerStatus[] = [],
): readonly Termination[] {
  return after.flatMap(({ name, state }) => {
    const end = state?.terminated;
    const wasEnded = before.find((each) => each.name === name)?.state?.terminated !== undefined;
    if (end === undefined || wasEnded) return [];
    return [{ container_type, exit_code: String(end.exitCode), reason: end.reason ?? "" }];
  });
}
