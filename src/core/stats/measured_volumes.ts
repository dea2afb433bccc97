/** Which of a pod's volumes are measured, and which of them are the pod's own use of the node's disk. */
import type { Pod, Volume } from "../k8s.ts";
import type { NodePaths } from "../node/settings.ts";
import { volumeHostPath } from "../volume/managed_volume.ts";

export interface MeasuredVolume {
  readonly name: string;
  readonly path: string;
  /** As the kubelet counts: emptyDirs on disk, and ConfigMaps. */
  readonly isEphemeral: boolean;
}

/** What lies elsewhere on the node is not the pod's. */
export function measuredVolumes(pod: Pod, paths: NodePaths): readonly MeasuredVolume[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const path = volume.hostPath === undefined ? volumeHostPath(volume, { pod, paths }) : undefined;
    return path === undefined
      ? []
      : [{ name: volume.name, path, isEphemeral: isEphemeral(volume) }];
  });
}

function isEphemeral({ emptyDir, configMap }: Volume): boolean {
  return configMap !== undefined || (emptyDir !== undefined && emptyDir.medium !== "Memory");
}
