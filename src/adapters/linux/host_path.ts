/** Checks what a hostPath volume finds at its path, and makes it where its type says so. */
import {
  type HostPathKind,
  hostPathMismatch,
  type HostPathType,
} from "../../core/volume/host_path.ts";
import { Failed } from "../../ports/errors.ts";
import { createFile, type FileKind, kindOf, makeDirectories } from "./kernel_files.ts";

/**
 * Throws Failed with the kubelet's message, and what the system throws. A file that is to be made needs its
 * directory, as with the kubelet.
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
 */
export function checkHostPath(
  { path, type }: { readonly path: string; readonly type: HostPathType },
): void {
  const kind = kindOf(path);
  if (kind === null && type === "DirectoryOrCreate") return makeDirectories(path);
  if (kind === null && type === "FileOrCreate") return createFile(path);
  const found = kind === null ? null : types[kind] ?? "";
  const wrong = hostPathMismatch({ path, type, found });
  if (wrong !== null) throw new Failed(wrong);
}

const types: Readonly<Partial<Record<FileKind, HostPathKind>>> = {
  directory: "Directory",
  file: "File",
  socket: "Socket",
  charDevice: "CharDevice",
  blockDevice: "BlockDevice",
};
