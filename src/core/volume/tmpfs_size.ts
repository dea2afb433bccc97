/** How large an emptyDir in memory may grow. */
import type { Pod } from "../k8s.ts";
import { podMemoryLimit } from "../node/pod_cgroup.ts";
import type { NodeSettings } from "../node/settings.ts";
import { bytes, parseQuantity } from "../quantity.ts";

/**
 * In bytes: the smallest of the volume's sizeLimit, the pod's memory limit and the node's memory. What the volume holds
 * counts as the pod's memory, so it could never be more.
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export function tmpfsBytes(
  { pod, node, sizeLimit }: {
    readonly pod: Pod;
    readonly node: Pick<NodeSettings, "memoryCapacityBytes">;
    readonly sizeLimit: string | undefined;
  },
): number {
  const parsed = sizeLimit === undefined ? undefined : parseQuantity(sizeLimit);
  const bounds = [parsed?.ok ? bytes(parsed.value) : 0, podMemoryLimit(pod) ?? 0];
  return Math.min(node.memoryCapacityBytes, ...bounds.filter((bound) => bound > 0));
}
