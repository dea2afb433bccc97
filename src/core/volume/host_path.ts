/** Whether what stands at a hostPath volume's path is what its type asks for. */
import type { HostPathType } from "./step.ts";

/** A type that says exactly what is there. */
export type HostPathKind = Exclude<HostPathType, "" | `${string}OrCreate`>;

const names: Readonly<Record<HostPathKind, string>> = {
  Directory: "directory",
  File: "file",
  Socket: "socket file",
  CharDevice: "character device",
  BlockDevice: "block device",
};

/**
 * The kubelet's words for a path that does not fit, or null. `found` is null where nothing is there, and "" for what no
 * type stands for, such as a pipe.
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types
 */
export function hostPathMismatch(
  { path, type, found }: {
    readonly path: string;
    readonly type: HostPathType;
    readonly found: HostPathKind | "" | null;
  },
): string | null {
  if (type === "") return null;
  const wanted = type.replace(/OrCreate$/, "") as HostPathKind;
  if (found === wanted) return null;
  const unlike = `${path} is not a ${names[wanted]}`;
  if (found) return `hostPath type check failed: ${unlike}, it's a ${found}`;
  const unknown = found === null
    ? `path "${path}" does not exist`
    : "only recognise file, directory, socket, block device and character device";
  return `hostPath type check failed, ${unlike}, unable to determine its type: ${unknown}`;
}
