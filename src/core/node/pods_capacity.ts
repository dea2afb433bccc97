/** What all pods of a node together may use, as the cgroup that they lie in enforces it. */
import { bytes, milliValue, type Quantity } from "../quantity.ts";
import { podsLimit } from "./allocatable.ts";
import type { ClusterSettings } from "./cluster_settings.ts";
import type { MachineSize, ProcessUse } from "./machine.ts";
import { amount, byteAmount } from "./resource_list.ts";

export interface PodsCapacity {
  readonly milliCpu: number;
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly pids: number;
}

const none: Quantity = amount(0);

/**
 * All that the machine has, without what is reserved where that is enforced. What must be left free (`evictionHard`) is not
 * taken off: it is kept by evictions.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/#enforcing-node-allocatable
 */
export function podsCapacity(
  { size, processes, cluster }: {
    readonly size: Pick<MachineSize, "cpus" | "memoryBytes">;
    readonly processes: Pick<ProcessUse, "max">;
    readonly cluster: Pick<ClusterSettings, "enforcePods" | "reservations">;
  },
): PodsCapacity {
  const all = {
    cpu: amount(size.cpus),
    memory: byteAmount(size.memoryBytes),
    pid: amount(processes.max),
  };
  const reserved = cluster.enforcePods ? cluster.reservations : { system: {}, kube: {} };
  const { cpu = none, memory = none, pid = none } = podsLimit(all, reserved);
  return { milliCpu: milliValue(cpu), memoryBytes: bytes(memory), pids: bytes(pid) };
}
