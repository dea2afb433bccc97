/** What must lie on the node's disk before a pod's sandbox and its containers can be made. */
import { hostsFileContent } from "../cri/hosts.ts";
import type { Container, Pod, Volume } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import { hostsFilePath, podDir, podLogDir, terminationMessageFile } from "../pod/paths.ts";
import { isHostPathType } from "./host_path.ts";
import { type ManagedVolume, managedVolume, volumeHostPath } from "./managed_volume.ts";
import { nestedMounts } from "./nested_mounts.ts";
import { tmpfsBytes } from "./tmpfs_size.ts";
import type { FileStep } from "./step.ts";

/** A pod on its node. */
interface PodOnNode {
  readonly pod: Pod;
  readonly node: NodeSettings;
}

/** A volume with what must be done before it is filled. */
export interface VolumeSteps {
  readonly volume: Volume;
  /** Where its files lie; "" for a kind that this agent does not know. */
  readonly dir: string;
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
export function volumeSteps(on: PodOnNode): readonly VolumeSteps[] {
  return (on.pod.spec.volumes ?? []).map((volume) => {
    const dir = volumeHostPath(volume, { pod: on.pod, paths: on.node.paths }) ?? "";
    return { volume, dir, steps: stepsFor(volume, dir, on) };
  });
}

function stepsFor(volume: Volume, dir: string, on: PodOnNode): readonly FileStep[] {
  if (volume.emptyDir !== undefined) return emptyDirSteps(volume.emptyDir, dir, on);
  if (volume.hostPath !== undefined) return hostPathSteps(volume.hostPath);
  const managed = managedVolume(volume);
  return managed === null ? [] : managedSteps({ volume, dir, ...managed }, on);
}

/** @see https://kubernetes.io/docs/concepts/storage/volumes/#emptydir */
function emptyDirSteps(
  { medium, sizeLimit }: NonNullable<Volume["emptyDir"]>,
  dir: string,
  on: PodOnNode,
): readonly FileStep[] {
  const gid = on.pod.spec.securityContext?.fsGroup;
  return [
    ...(medium === "Memory" ? memorySteps({ dir, sizeLimit }, on) : diskSteps(dir)),
    ...(gid === undefined
      ? []
      : [{ kind: "SetGroup", path: dir, gid, writable: true, unlessTopIs: true } as const]),
  ];
}

function diskSteps(path: string): readonly FileStep[] {
  return [{ kind: "MakeDirectory", path, mode: 0o777 }];
}

/** Open to all like any emptyDir; as in /tmp nobody removes what others have put there: the kernel's own default. */
function memorySteps(
  { dir, sizeLimit }: { readonly dir: string; readonly sizeLimit: string | undefined },
  { pod, node }: PodOnNode,
): readonly FileStep[] {
  const sizeBytes = tmpfsBytes({ pod, node, sizeLimit });
  return [...diskSteps(dir), { kind: "MountTmpfs", path: dir, sizeBytes, mode: 0o1777 }];
}

/** A place for the files, and for the volumes that are mounted in among them. */
function managedSteps(
  { volume, dir, inMemory }: ManagedVolume & { readonly volume: Volume; readonly dir: string },
  on: PodOnNode,
): readonly FileStep[] {
  const nested = nestedMounts(on.pod.spec, volume.name);
  return [
    ...(inMemory ? memorySteps({ dir, sizeLimit: undefined }, on) : diskSteps(dir)),
    ...nested.map((path): FileStep => ({
      kind: "MakeDirectory",
      path: `${dir}/${path}`,
      mode: 0o755,
    })),
  ];
}

/** @see https://kubernetes.io/docs/concepts/storage/volumes/#hostpath */
function hostPathSteps(
  { path, type = "" }: NonNullable<Volume["hostPath"]>,
): readonly FileStep[] {
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
