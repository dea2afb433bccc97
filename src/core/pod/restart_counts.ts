/** How often containers were started again, by what two agents have counted. */
import type { K8sContainerStatus, PodStatus } from "../k8s.ts";

/** The status with no lower count than an earlier one has: it knew of runs that the runtime has forgotten. */
export function withCountsOf(status: PodStatus, before: PodStatus): PodStatus {
  return {
    ...status,
    ...counted("initContainerStatuses", status, before),
    ...counted("containerStatuses", status, before),
  };
}

type Field = "initContainerStatuses" | "containerStatuses";

function counted(field: Field, status: PodStatus, before: PodStatus): Pick<PodStatus, Field> {
  const [own, former] = [status[field], before[field] ?? []];
  if (own === undefined) return {};
  return { [field]: own.map((each) => withCountOf(each, former)) };
}

function withCountOf(
  own: K8sContainerStatus,
  former: readonly K8sContainerStatus[],
): K8sContainerStatus {
  const known = former.find(({ name }) => name === own.name);
  if (known === undefined || known.restartCount <= own.restartCount) return own;
  const { lastState = known.lastState } = own;
  return { ...own, restartCount: known.restartCount, ...(lastState && { lastState }) };
}
