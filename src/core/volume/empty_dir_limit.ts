/** When an emptyDir volume on disk has outgrown its sizeLimit. Those in memory cannot: the kernel holds them to it. */
import type { Pod, Volume } from "../k8s.ts";
import type { DiskEviction } from "../pod/ephemeral_storage.ts";
import { bytes, formatQuantity, parseQuantity, type Quantity } from "../quantity.ts";

/** A volume whose use must be watched. */
export interface LimitedEmptyDir {
  readonly volume: string;
  readonly limit: Quantity;
}

/** The pod's emptyDir volumes on disk that have a limit above zero. */
export function limitedEmptyDirs({ spec }: Pick<Pod, "spec">): readonly LimitedEmptyDir[] {
  return (spec.volumes ?? []).filter(isOnDisk).flatMap(({ name, emptyDir }) => {
    if (emptyDir?.sizeLimit === undefined) return [];
    const limit = parseQuantity(emptyDir.sizeLimit);
    return limit.ok && limit.value.nanos > 0n ? [{ volume: name, limit: limit.value }] : [];
  });
}

/** The names of the pod's emptyDir volumes on disk. */
export function emptyDirsOnDisk({ spec }: Pick<Pod, "spec">): readonly string[] {
  return (spec.volumes ?? []).filter(isOnDisk).map(({ name }) => name);
}

function isOnDisk({ emptyDir }: Volume): boolean {
  return emptyDir !== undefined && emptyDir.medium !== "Memory";
}

/** Why the pod is evicted, in the kubelet's words; null while the volume keeps to its limit. */
export function limitExceeded(
  { volume, limit, usedBytes }: LimitedEmptyDir & { readonly usedBytes: number },
): DiskEviction | null {
  if (usedBytes <= bytes(limit)) return null;
  const message = `Usage of EmptyDir volume "${volume}" exceeds the limit ` +
    `"${formatQuantity(limit)}". `;
  return { signal: "emptydirfs.limit", reason: "Evicted", message };
}
