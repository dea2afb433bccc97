/** A container's requests and limits as the runtime takes them. */
import type { Container, Pod } from "../k8s.ts";
import { milliCpuToQuota, milliCpuToShares } from "../node/cpu.ts";
import type { CgroupSettings, NodeSettings } from "../node/settings.ts";
import { amountOf } from "../pod/resources.ts";
import { bytes, milliValue } from "../quantity.ts";
import { oomScoreAdj } from "./oom_score.ts";
import type { LinuxResources } from "./types.ts";

/** @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run */
export function containerResources(
  { pod, container, node }: {
    readonly pod: Pod;
    readonly container: Container;
    readonly node: Pick<NodeSettings, "cgroups" | "memoryCapacityBytes">;
  },
): LinuxResources {
  const { cgroups, memoryCapacityBytes } = node;
  const request = milliValue(amountOf(container, { kind: "requests", resource: "cpu" }));
  return {
    cpuShares: milliCpuToShares(request),
    ...cpuQuota(container, cgroups),
    ...memory(container, cgroups),
    ...unified(cgroups),
    oomScoreAdj: oomScoreAdj({ pod, container, memoryCapacityBytes }),
  };
}

/** The period is given without a limit too, as the kubelet does; a quota of 0 is none. */
function cpuQuota(
  container: Container,
  { cpuCfsQuota, cpuCfsQuotaPeriodMs }: CgroupSettings,
): Pick<LinuxResources, "cpuQuota" | "cpuPeriod"> {
  if (!cpuCfsQuota) return {};
  const periodUs = cpuCfsQuotaPeriodMs * 1_000;
  const milliCpu = milliValue(amountOf(container, { kind: "limits", resource: "cpu" }));
  return { cpuQuota: milliCpuToQuota({ milliCpu, periodUs }), cpuPeriod: periodUs };
}

/** Version 1 limits memory and swap together: the same limit for both leaves no room for swap. */
function memory(
  container: Container,
  { version, swapAccounting }: CgroupSettings,
): Pick<LinuxResources, "memoryLimitBytes" | "memorySwapLimitBytes"> {
  const limit = bytes(amountOf(container, { kind: "limits", resource: "memory" }));
  if (limit === 0) return {};
  const noSwap = version === 1 && swapAccounting ? { memorySwapLimitBytes: limit } : {};
  return { memoryLimitBytes: limit, ...noSwap };
}

/** With version 2 a container that runs out of memory ends as a whole, and none may swap (`memorySwap: NoSwap`). */
function unified({ version, swapAccounting }: CgroupSettings): Pick<LinuxResources, "unified"> {
  if (version === 1) return {};
  return {
    unified: { "memory.oom.group": "1", ...(swapAccounting ? { "memory.swap.max": "0" } : {}) },
  };
}
