/** Where a pod's files lie: the kubelet's layout, so that tools which know it find their way. */
import type { Pod } from "../k8s.ts";
import type { NodePaths } from "../node/settings.ts";

/** `ROOT/pods/UID`: everything of the pod but its logs. */
export function podDir(paths: NodePaths, uid: string): string {
  return `${paths.rootDir}/pods/${uid}`;
}

/** The directory of an emptyDir volume. */
export function emptyDirPath(
  paths: NodePaths,
  at: { readonly uid: string; readonly volume: string },
): string {
  return `${podDir(paths, at.uid)}/volumes/kubernetes.io~empty-dir/${at.volume}`;
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
