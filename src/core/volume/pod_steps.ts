/** What must lie on the node's disk before a pod's sandbox and its containers can be made. */
import { hostsFileContent } from "../cri/hosts.ts";
import type { Container, Pod, Volume } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import {
  emptyDirPath,
  hostsFilePath,
  podDir,
  podLogDir,
  terminationMessageFile,
} from "../pod/paths.ts";
import { isHostPathType } from "./host_path.ts";
import { tmpfsBytes } from "./tmpfs_size.ts";
import type { FileStep } from "./step.ts";

/** A pod on its node. */
interface PodOnNode {
  readonly pod: Pod;
  readonly node: NodeSettings;
}

/** A volume's steps; the volume is named for the message when one fails. */
export interface VolumeSteps {
  readonly volume: string;
  readonly steps: readonly FileStep[];
}

/** The pod's own directory, by which the agent knows its pods, and that of its logs. */
export function podSteps({ pod, node }: PodOnNode): readonly FileStep[] {
  return [
    { kind: "MakeDirectory", path: podDir(node.paths, pod.metadata.uid), mode: 0o750 },
    { kind: "MakeDirectory", path: podLogDir(node.paths, pod.metadata), mode: 0o755 },
  ];
}

/** The volumes in the pod's order. */
export function volumeSteps({ pod, node }: PodOnNode): readonly VolumeSteps[] {
  return (pod.spec.volumes ?? []).map((volume) => ({
    volume: volume.name,
    steps: [...emptyDirSteps(volume, { pod, node }), ...hostPathSteps(volume)],
  }));
}

/** @see https://kubernetes.io/docs/concepts/storage/volumes/#emptydir */
function emptyDirSteps(volume: Volume, { pod, node }: PodOnNode): readonly FileStep[] {
  if (volume.emptyDir === undefined) return [];
  const path = emptyDirPath(node.paths, { uid: pod.metadata.uid, volume: volume.name });
  const directory: FileStep = { kind: "MakeDirectory", path, mode: 0o777 };
  if (volume.emptyDir.medium !== "Memory") return [directory];
  const sizeBytes = tmpfsBytes({ pod, node, sizeLimit: volume.emptyDir.sizeLimit });
  // Open to all like any emptyDir; as in /tmp nobody removes what others have put there: the kernel's own default.
  return [directory, { kind: "MountTmpfs", path, sizeBytes, mode: 0o1777 }];
}

/** @see https://kubernetes.io/docs/concepts/storage/volumes/#hostpath */
function hostPathSteps({ hostPath }: Volume): readonly FileStep[] {
  if (hostPath === undefined) return [];
  const { path, type = "" } = hostPath;
  return isHostPathType(type) ? [{ kind: "CheckHostPath", path, type }] : [];
}

/** The file that is mounted at /etc/hosts; none while the pod's addresses are not known. */
export function hostsSteps(
  { pod, node, podIps }: PodOnNode & { readonly podIps: readonly string[] },
): readonly FileStep[] {
  const content = hostsFileContent({ pod, node, podIps });
  const path = hostsFilePath(node.paths, pod.metadata.uid);
  return content === null ? [] : [{ kind: "WriteFile", path, content, mode: 0o644 }];
}

/** The directory of the container's logs, and an empty file that it may leave its last words in. */
export function containerSteps(
  { pod, container, attempt, node }: PodOnNode & {
    readonly container: Container;
    readonly attempt: number;
  },
): readonly FileStep[] {
  const at = { uid: pod.metadata.uid, container: container.name, attempt };
  const path = terminationMessageFile(node.paths, at);
  const logs = `${podLogDir(node.paths, pod.metadata)}/${container.name}`;
  const lastWords: readonly FileStep[] = [
    { kind: "MakeDirectory", path: path.slice(0, path.lastIndexOf("/")), mode: 0o750 },
    { kind: "WriteFile", path, content: "", mode: 0o666 },
  ];
  return [
    { kind: "MakeDirectory", path: logs, mode: 0o755 },
    ...(container.terminationMessagePath ? lastWords : []),
  ];
}
