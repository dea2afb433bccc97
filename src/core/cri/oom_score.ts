/** Which container the kernel ends first when the node's memory is used up. */
import { allContainers, type Container, isSidecarOf, type Pod } from "../k8s.ts";
import { qosClass } from "../pod/qos.ts";
import { type AmountKey, amountOf, containersAmount } from "../pod/resources.ts";
import { bytes } from "../quantity.ts";

const guaranteed = -997;
const bestEffort = 1_000;

/**
 * The value for `oom_score_adj`: the more of the node's memory a container requests, the later it is ended.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior
 */
export function oomScoreAdj(
  { pod, container, memoryCapacityBytes }: {
    readonly pod: Pod;
    readonly container: Container;
    readonly memoryCapacityBytes: number;
  },
): number {
  if (pod.spec.priorityClassName === "system-node-critical") return guaranteed;
  const qos = qosClass(pod);
  if (qos !== "Burstable") return qos === "Guaranteed" ? guaranteed : bestEffort;
  const adjusted = bestEffort - Math.floor(1_000 * requested(container, pod) / memoryCapacityBytes);
  return Math.min(Math.max(adjusted, bestEffort + guaranteed), bestEffort - 1);
}

/**
 * Bytes, with an equal share of what the pod requests beyond its containers. A sidecar counts with at least the least of
 * the main containers, so that it does not go before all of them.
 */
function requested(container: Container, { spec }: Pick<Pod, "spec">): number {
  const own = memoryRequest(container);
  const least = isSidecarOf(spec, container) ? Math.min(...spec.containers.map(memoryRequest)) : 0;
  return Math.max(own, least) + share(spec);
}

function share(spec: Pod["spec"]): number {
  const key: AmountKey = { kind: "requests", resource: "memory" };
  const left = bytes(amountOf(spec, key)) - bytes(containersAmount(spec, key).total);
  return Math.floor(Math.max(left, 0) / allContainers(spec).length);
}

function memoryRequest(container: Container): number {
  return bytes(amountOf(container, { kind: "requests", resource: "memory" }));
}
