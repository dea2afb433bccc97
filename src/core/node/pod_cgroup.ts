/** A pod's own cgroup with the limits that hold for all its containers together. */
import type { Pod } from "../k8s.ts";
import { qosClass } from "../pod/qos.ts";
import { podAmount } from "../pod/resources.ts";
import { bytes, milliValue } from "../quantity.ts";
import { podCgroupPath } from "./cgroup_paths.ts";
import type { CgroupSpec } from "./cgroup_spec.ts";
import { type CgroupLimits, cgroupValues } from "./cgroup_values.ts";
import { milliCpuToQuota, milliCpuToShares } from "./cpu.ts";
import type { CgroupSettings, NodeSettings } from "./settings.ts";

/**
 * Null where pods have no cgroups of their own.
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export function podCgroup(
  { pod, node }: { readonly pod: Pod; readonly node: Pick<NodeSettings, "cgroups"> },
): CgroupSpec | null {
  const { cgroups } = node;
  if (!cgroups.perQos) return null;
  const limits = { ...computeLimits(pod, cgroups), ...pidsLimit(cgroups) };
  return { path: podCgroupPath({ pod, cgroups }), values: cgroupValues(limits, cgroups) };
}

/** The bytes that a pod's containers may use together, or undefined where one of them has no limit. */
export function podMemoryLimit({ spec }: Pick<Pod, "spec">): number | undefined {
  const { total, declared } = podAmount(spec, { kind: "limits", resource: "memory" });
  return declared ? bytes(total) : undefined;
}

function computeLimits(pod: Pod, cgroups: CgroupSettings): CgroupLimits {
  if (qosClass(pod) === "BestEffort") return { cpuShares: milliCpuToShares(0) };
  const requested = podAmount(pod.spec, { kind: "requests", resource: "cpu" });
  const memoryBytes = podMemoryLimit(pod);
  return {
    cpuShares: milliCpuToShares(milliValue(requested.total)),
    ...cpuLimit(pod, cgroups),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
}

function cpuLimit(pod: Pod, cgroups: CgroupSettings): Pick<CgroupLimits, "cpu"> {
  const { total, declared } = podAmount(pod.spec, { kind: "limits", resource: "cpu" });
  if (!declared) return {};
  const periodUs = cgroups.cpuCfsQuotaPeriodMs * 1_000;
  const quotaUs = milliCpuToQuota({ milliCpu: milliValue(total), periodUs });
  return { cpu: { quotaUs: cgroups.cpuCfsQuota ? quotaUs : -1, periodUs } };
}

function pidsLimit({ podPidsLimit }: CgroupSettings): Pick<CgroupLimits, "pids"> {
  return podPidsLimit > 0 ? { pids: podPidsLimit } : {};
}
