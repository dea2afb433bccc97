/** What is mounted into a container: its volumes, the hosts file and the file for its last words. */
import type { Container, Pod, VolumeMount } from "../k8s.ts";
import type { NodePaths } from "../node/settings.ts";
import { emptyDirPath, hostsFilePath, terminationMessageFile } from "../pod/paths.ts";
import { failure, type Result, success } from "../result.ts";
import { hasHostsFile } from "./hosts.ts";
import type { Mount } from "./types.ts";

export interface ContainerMountsInput {
  readonly pod: Pod;
  readonly container: Container;
  /** Each run has a termination message file of its own. */
  readonly attempt: number;
  readonly paths: NodePaths;
  readonly podIps: readonly string[];
}

const hostsPath = "/etc/hosts";

/** Fails where a mount names a volume that the pod does not have. */
export function containerMounts(input: ContainerMountsInput): Result<readonly Mount[]> {
  const volumes: Mount[] = [];
  for (const mount of input.container.volumeMounts ?? []) {
    const hostPath = volumePath(mount, input);
    if (hostPath === undefined) return failure(missingVolume(mount, input.container));
    volumes.push(volumeMount(mount, hostPath));
  }
  return success([...volumes, ...hostsMount(input), ...terminationMessageMount(input)]);
}

/** Where a volume's files lie on the node. */
function volumePath(
  { name }: Pick<VolumeMount, "name">,
  { pod, paths }: ContainerMountsInput,
): string | undefined {
  const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
  if (volume?.hostPath !== undefined) return volume.hostPath.path;
  if (volume?.emptyDir === undefined) return undefined;
  return emptyDirPath(paths, { uid: pod.metadata.uid, volume: name });
}

function missingVolume({ name }: VolumeMount, container: Container): string {
  return `cannot find volume "${name}" to mount into container "${container.name}"`;
}

function volumeMount(
  { mountPath, readOnly = false, mountPropagation }: VolumeMount,
  hostPath: string,
): Mount {
  const propagation = mountPropagation === "HostToContainer" || mountPropagation === "Bidirectional"
    ? mountPropagation
    : "Private";
  return { containerPath: absolute(mountPath), hostPath, readonly: readOnly, propagation };
}

/** A volume at the same place goes first. */
function hostsMount({ pod, container, paths, podIps }: ContainerMountsInput): readonly Mount[] {
  const taken = container.volumeMounts?.some(({ mountPath }) => mountPath === hostsPath) ?? false;
  if (taken || !hasHostsFile({ pod, podIps })) return [];
  return [ownFile({
    containerPath: hostsPath,
    hostPath: hostsFilePath(paths, pod.metadata.uid),
  })];
}

function terminationMessageMount(
  { pod, container, attempt, paths }: ContainerMountsInput,
): readonly Mount[] {
  if (!container.terminationMessagePath) return [];
  const at = { uid: pod.metadata.uid, container: container.name, attempt };
  return [ownFile({
    containerPath: absolute(container.terminationMessagePath),
    hostPath: terminationMessageFile(paths, at),
  })];
}

function ownFile(where: Pick<Mount, "containerPath" | "hostPath">): Mount {
  return { ...where, readonly: false, propagation: "Private" };
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
