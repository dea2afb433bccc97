/** A container's requests and limits as the runtime takes them. */
import type { Container, Pod } from "../k8s.ts";
import { milliCpuToQuota, milliCpuToShares } from "../node/cpu.ts";
import type { CgroupSettings, NodeSettings } from "../node/settings.ts";
import { type AmountKey, amountOf, amountWithoutOverhead, quantityOf } from "../pod/resources.ts";
import { bytes, milliValue, type Quantity } from "../quantity.ts";
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
  const amount = (key: AmountKey): Quantity => {
    const own = amountOf(container, key);
    // A container without a limit of its own has the pod's.
    return key.kind === "limits" && own.nanos === 0n ? amountOf(pod.spec, key) : own;
  };
  const memoryLimit = bytes(amount({ kind: "limits", resource: "memory" }));
  return {
    ...common(amount, cgroups),
    ...noSwap(memoryLimit, cgroups),
    ...unified(cgroups, { swap: cgroups.swapAccounting }),
    oomScoreAdj: oomScoreAdj({ pod, container, memoryCapacityBytes }),
  };
}

/** What a pod asks for as a whole or its containers together: the runtime passes it on to plugins and to sandboxes that are machines. */
export function sandboxResources(
  { pod, node }: { readonly pod: Pod; readonly node: Pick<NodeSettings, "cgroups"> },
): LinuxResources {
  const amount = (key: AmountKey): Quantity => amountWithoutOverhead(pod.spec, key).total;
  return { ...common(amount, node.cgroups), ...unified(node.cgroups, { swap: false }) };
}

/** What the sandbox itself may use, as the pod's runtime class says; undefined where it says nothing. */
export function sandboxOverhead(
  { pod, node }: { readonly pod: Pod; readonly node: Pick<NodeSettings, "cgroups"> },
): LinuxResources | undefined {
  const { overhead } = pod.spec;
  if (overhead === undefined) return undefined;
  const amount = ({ resource }: AmountKey): Quantity => quantityOf(overhead[resource]);
  return { ...common(amount, node.cgroups), ...unified(node.cgroups, { swap: false }) };
}

type AmountOf = (key: AmountKey) => Quantity;

function common(amount: AmountOf, cgroups: CgroupSettings): LinuxResources {
  const memoryLimitBytes = bytes(amount({ kind: "limits", resource: "memory" }));
  return {
    cpuShares: milliCpuToShares(milliValue(amount({ kind: "requests", resource: "cpu" }))),
    ...cpuQuota(amount, cgroups),
    ...(memoryLimitBytes === 0 ? {} : { memoryLimitBytes }),
  };
}

/** The period is given without a limit too, as the kubelet does; a quota of 0 is none. */
function cpuQuota(
  amount: AmountOf,
  { cpuCfsQuota, cpuCfsQuotaPeriodMs }: CgroupSettings,
): Pick<LinuxResources, "cpuQuota" | "cpuPeriod"> {
  if (!cpuCfsQuota) return {};
  const periodUs = cpuCfsQuotaPeriodMs * 1_000;
  const milliCpu = milliValue(amount({ kind: "limits", resource: "cpu" }));
  return { cpuQuota: milliCpuToQuota({ milliCpu, periodUs }), cpuPeriod: periodUs };
}

/** Version 1 limits memory and swap together: the same limit for both leaves no room for swap. */
function noSwap(
  memoryLimit: number,
  { version, swapAccounting }: CgroupSettings,
): Pick<LinuxResources, "memorySwapLimitBytes"> {
  const limited = memoryLimit > 0 && version === 1 && swapAccounting;
  return limited ? { memorySwapLimitBytes: memoryLimit } : {};
}

/** With version 2 a container that runs out of memory ends as a whole, and none may swap (`memorySwap: NoSwap`). */
function unified(
  { version }: CgroupSettings,
  { swap }: { readonly swap: boolean },
): Pick<LinuxResources, "unified"> {
  if (version === 1) return {};
  return {
    unified: { "memory.oom.group": "1", ...(swap ? { "memory.swap.max": "0" } : {}) },
  };
}
