/** The cgroups that all pods' cgroups lie in: kubepods and its QoS classes. */
import type { Pod } from "../k8s.ts";
import { qosClass } from "../pod/qos.ts";
import { podAmount } from "../pod/resources.ts";
import { milliValue } from "../quantity.ts";
import { qosCgroupPath } from "./cgroup_paths.ts";
import type { CgroupSpec } from "./cgroup_spec.ts";
import { cgroupValues } from "./cgroup_values.ts";
import { milliCpuToShares } from "./cpu.ts";
import type { PodsCapacity } from "./pods_capacity.ts";
import type { CgroupSettings } from "./settings.ts";

export interface QosCgroupsInput {
  readonly cgroups: CgroupSettings;
  /** What all pods together may use. */
  readonly capacity: PodsCapacity;
  /** The pods that are wanted and have not ended; with each change of them the values may change. */
  readonly pods: readonly Pod[];
}

/**
 * In the order in which they are made; none where `cgroupsPerQOS` is off. Burstable pods together weigh what they request,
 * so that pods which request nothing get what is left.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/
 */
export function qosCgroups({ cgroups, capacity, pods }: QosCgroupsInput): readonly CgroupSpec[] {
  if (!cgroups.perQos) return [];
  const shares = (milliCpu: number): CgroupSpec["values"] =>
    cgroupValues({ cpuShares: milliCpuToShares(milliCpu) }, cgroups);
  const all = {
    cpuShares: milliCpuToShares(capacity.milliCpu),
    memoryBytes: capacity.memoryBytes,
    pids: capacity.pids,
  };
  return [
    { path: qosCgroupPath("Guaranteed", cgroups), values: cgroupValues(all, cgroups) },
    { path: qosCgroupPath("Burstable", cgroups), values: shares(burstableMilliCpu(pods)) },
    { path: qosCgroupPath("BestEffort", cgroups), values: shares(0) },
  ];
}

function burstableMilliCpu(pods: readonly Pod[]): number {
  return pods
    .filter((pod) => qosClass(pod) === "Burstable")
    .map(({ spec }) => milliValue(podAmount(spec, { kind: "requests", resource: "cpu" }).total))
    .reduce((sum, request) => sum + request, 0);
}
