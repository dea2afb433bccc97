/** Where a pod's files lie: the kubelet's layout, so that tools which know it find their way. */
import type { Pod } from "../k8s.ts";
import type { NodePaths } from "../node/settings.ts";

/** `ROOT/pods/UID`: everything of the pod but its logs. */
export function podDir(paths: NodePaths, uid: string): string {
  return `${paths.rootDir}/pods/${uid}`;
}

/** Where all volumes of a pod lie. */
export function volumesDir(paths: NodePaths, uid: string): string {
  return `${podDir(paths, uid)}/volumes`;
}

/** The kinds of volumes that lie in the pod's own directory, as the kubelet's plugins are called. */
export type VolumePlugin = "empty-dir" | "configmap" | "secret" | "downward-api" | "projected";

/** The directory of a volume. */
export function volumePath(
  paths: NodePaths,
  at: { readonly uid: string; readonly plugin: VolumePlugin; readonly volume: string },
): string {
  return `${volumesDir(paths, at.uid)}/kubernetes.io~${at.plugin}/${at.volume}`;
}

/** The directory of an emptyDir volume. */
export function emptyDirPath(
  paths: NodePaths,
  at: { readonly uid: string; readonly volume: string },
): string {
  return volumePath(paths, { ...at, plugin: "empty-dir" });
}

/** Where all parts of volumes that containers mount are bound. */
export function subPathsDir(paths: NodePaths, uid: string): string {
  return `${podDir(paths, uid)}/volume-subpaths`;
}

/** Where a part of a volume is bound before a container mounts it; `index` is that of the container's volumeMount. */
export function subPathTarget(
  paths: NodePaths,
  at: {
    readonly uid: string;
    readonly volume: string;
    readonly container: string;
    readonly index: number;
  },
): string {
  return `${subPathsDir(paths, at.uid)}/${at.volume}/${at.container}/${at.index}`;
}

/** The hosts file that is mounted at /etc/hosts. */
export function hostsFilePath(paths: NodePaths, uid: string): string {
  return `${podDir(paths, uid)}/etc-hosts`;
}

/** The file that one run of a container finds at its terminationMessagePath. */
export function terminationMessageFile(
  paths: NodePaths,
  at: { readonly uid: string; readonly container: string; readonly attempt: number },
): string {
  return `${podDir(paths, at.uid)}/containers/${at.container}/${at.attempt}`;
}

/** `LOGS/NAMESPACE_NAME_UID`. */
export function podLogDir(
  paths: NodePaths,
  metadata: Pick<Pod["metadata"], "namespace" | "name" | "uid">,
): string {
  return `${paths.podLogsDir}/${metadata.namespace}_${metadata.name}_${metadata.uid}`;
}

/** A container's log file, relative to the pod's log directory, as CRI wants it. */
export function containerLogPath(container: string, attempt: number): string {
  return `${container}/${attempt}.log`;
}
