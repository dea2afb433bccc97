/** The volumes that the agent fills with files: which they are, and where and on what they lie. */
import type { Pod, Volume } from "../k8s.ts";
import type { NodePaths } from "../node/settings.ts";
import { emptyDirPath, volumePath, type VolumePlugin } from "../pod/paths.ts";

/** Such volumes are only read by containers. */
export interface ManagedVolume {
  readonly plugin: VolumePlugin;
  /** Kept in memory: nothing secret lies on disk. */
  readonly inMemory: boolean;
}

/** Null for volumes that containers fill. */
export function managedVolume(volume: Volume): ManagedVolume | null {
  if (volume.configMap !== undefined) return { plugin: "configmap", inMemory: false };
  if (volume.secret !== undefined) return { plugin: "secret", inMemory: true };
  if (volume.downwardAPI !== undefined) return { plugin: "downward-api", inMemory: true };
  if (volume.projected !== undefined) return { plugin: "projected", inMemory: true };
  return null;
}

/** Where a volume's files lie on the node; undefined for a kind that this agent does not know. */
export function volumeHostPath(
  volume: Volume,
  { pod, paths }: { readonly pod: Pick<Pod, "metadata">; readonly paths: NodePaths },
): string | undefined {
  if (volume.hostPath !== undefined) return volume.hostPath.path;
  const at = { uid: pod.metadata.uid, volume: volume.name };
  if (volume.emptyDir !== undefined) return emptyDirPath(paths, at);
  const managed = managedVolume(volume);
  return managed === null ? undefined : volumePath(paths, { ...at, plugin: managed.plugin });
}
