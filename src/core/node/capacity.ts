/** What a node has in all: processors, memory, disk, huge pages, and how many pods it takes. */
import type { FileSystemUse, MachineSize } from "./machine.ts";
import { amount, byteAmount, hugePagesName, type ResourceList } from "./resource_list.ts";

/** How many pods the node takes, whatever they ask for. */
export interface PodLimits {
  readonly maxPods: number;
  /** Pods for each processor; 0 for no such limit. */
  readonly podsPerCore: number;
}

/**
 * As the kubelet counts it. `disk` is the file system of the agent's own directory.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/
 */
export function capacity(
  { size, disk, limits }: {
    readonly size: MachineSize;
    readonly disk: Pick<FileSystemUse, "capacityBytes">;
    readonly limits: PodLimits;
  },
): ResourceList {
  return {
    cpu: amount(size.cpus),
    memory: byteAmount(size.memoryBytes),
    pods: amount(podCapacity(limits, size)),
    "ephemeral-storage": amount(disk.capacityBytes),
    ...Object.fromEntries(
      size.hugePages.map(({ pageBytes, count }) => [
        hugePagesName(pageBytes),
        byteAmount(pageBytes * count),
      ]),
    ),
  };
}

function podCapacity({ maxPods, podsPerCore }: PodLimits, { cpus }: MachineSize): number {
  return podsPerCore > 0 ? Math.min(maxPods, podsPerCore * cpus) : maxPods;
}
