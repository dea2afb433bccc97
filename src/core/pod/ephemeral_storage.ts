/** When a pod takes up more of the node's disk than it may. */
import { type Container, isSidecar, type Pod } from "../k8s.ts";
import { bytes, formatQuantity, type Quantity } from "../quantity.ts";
import { ephemeralStorage } from "./resource_names.ts";
import { amountOf, podAmount } from "./resources.ts";

const limitOf = { kind: "limits", resource: ephemeralStorage } as const;

/** Why a pod is evicted, and what the kubelet calls the limit in metrics. */
export interface DiskEviction {
  readonly signal: "emptydirfs.limit" | "ephemeralpodfs.limit" | "ephemeralcontainerfs.limit";
  readonly reason: "Evicted";
  readonly message: string;
}

/** Bytes on disk. */
export interface DiskUse {
  /** By the containers' names: what each has written to its own file system, and its logs. */
  readonly containers: ReadonlyMap<string, number>;
  /** The pod's emptyDir volumes on disk together. */
  readonly emptyDirs: number;
}

/** Whether the pod's use of the disk must be watched. */
export function hasDiskLimit({ spec }: Pick<Pod, "spec">): boolean {
  return podAmount(spec, limitOf).total.nanos > 0n;
}

/**
 * Why the pod is evicted, in the kubelet's words; null while all keep to their limits.
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#local-ephemeral-storage
 */
export function diskLimitExceeded(
  { spec }: Pick<Pod, "spec">,
  { containers, emptyDirs }: DiskUse,
): DiskEviction | null {
  const all = [...containers.values()].reduce((sum, used) => sum + used, emptyDirs);
  const total = podAmount(spec, limitOf).total;
  if (isBeyond(all, total)) {
    const limit = formatQuantity(total);
    return evicted(
      "ephemeralpodfs.limit",
      `Pod ephemeral local storage usage exceeds the total limit of containers ${limit}. `,
    );
  }
  const found = lasting(spec).find((container) =>
    isBeyond(containers.get(container.name) ?? 0, amountOf(container, limitOf))
  );
  if (found === undefined) return null;
  const limit = formatQuantity(amountOf(found, limitOf));
  return evicted(
    "ephemeralcontainerfs.limit",
    `Container ${found.name} exceeded its local ephemeral storage limit "${limit}". `,
  );
}

/** Those that run as long as the pod does. */
function lasting({ containers, initContainers = [] }: Pod["spec"]): readonly Container[] {
  return [...containers, ...initContainers.filter(isSidecar)];
}

function isBeyond(used: number, limit: Quantity): boolean {
  return limit.nanos > 0n && used > bytes(limit);
}

function evicted(signal: DiskEviction["signal"], message: string): DiskEviction {
  return { signal, reason: "Evicted", message };
}
