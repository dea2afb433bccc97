/** What a pod's status says of the resources of the pod as a whole. */
import { allContainers, type Pod, type PodStatus } from "../k8s.ts";
import { formatQuantity, type Quantity } from "../quantity.ts";
import { type AmountKey, podAmount } from "./resources.ts";

type Amounts = Readonly<Record<string, string>>;

/**
 * The kubelet gives what was asked for until the API server shows the pod as running, and after that what its cgroup was set to:
 * CPU and memory, and limits only where they hold for the pod.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/resize-pod-resources/
 */
export function podResourcesStatus(
  pod: Pod,
): Pick<PodStatus, "allocatedResources" | "resources"> {
  const requests = amounts(pod, "requests");
  const resources = pod.status?.phase === "Running"
    ? { requests: actualRequests(pod), limits: actualLimits(pod) }
    : { requests, limits: amounts(pod, "limits") };
  return {
    ...(isEmpty(requests) ? {} : { allocatedResources: requests }),
    resources: Object.fromEntries(Object.entries(resources).filter(([, map]) => !isEmpty(map))),
  };
}

/** All that the pod or any container names. */
function amounts({ spec }: Pod, kind: AmountKey["kind"]): Amounts {
  const names = [...allContainers(spec), spec]
    .flatMap((each) => Object.keys(each.resources?.[kind] ?? {}));
  return Object.fromEntries(
    [...new Set(names)].map((resource) =>
      [resource, formatQuantity(podAmount(spec, { kind, resource }).total)] as const
    ),
  );
}

/** Below this the kernel's smallest share of CPU time is no request. */
const smallestCpu = 2_000_000n;

function actualRequests(pod: Pod): Amounts {
  const cpu = podAmount(pod.spec, { kind: "requests", resource: "cpu" }).total;
  const { memory } = { ...amounts(pod, "requests"), ...pod.spec.resources?.requests };
  return {
    ...(cpu.nanos > smallestCpu ? { cpu: formatQuantity(cpu) } : {}),
    ...(memory === undefined ? {} : { memory }),
  };
}

function actualLimits({ spec }: Pod): Amounts {
  const limit = (resource: string, format: Quantity["format"]): Amounts => {
    const { total, declared } = podAmount(spec, { kind: "limits", resource });
    return declared ? { [resource]: formatQuantity({ ...total, format }) } : {};
  };
  return { ...limit("cpu", "DecimalSI"), ...limit("memory", "BinarySI") };
}

function isEmpty(map: Amounts): boolean {
  return Object.keys(map).length === 0;
}
