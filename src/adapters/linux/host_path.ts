/** Checks what a hostPath volume finds at its path, and makes it where its type says so. */
import type { HostPathType } from "../../core/volume/step.ts";
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
  if (type === "") return;
  const kind = kindOf(path);
  if (kind === null && type === "DirectoryOrCreate") return makeDirectories(path);
  if (kind === null && type === "FileOrCreate") return createFile(path);
  const { holds, text } = wanted[type];
  if (kind !== null && holds(kind)) return;
  throw new Failed(`hostPath type check failed: ${path} is not a ${text}`);
}

interface Wanted {
  readonly holds: (kind: FileKind) => boolean;
  readonly text: string;
}

const directory: Wanted = { holds: (kind) => kind === "directory", text: "directory" };
/** The kubelet takes anything for a file that is not a directory. */
const file: Wanted = { holds: (kind) => kind !== "directory", text: "file" };

const wanted: Readonly<Record<Exclude<HostPathType, "">, Wanted>> = {
  DirectoryOrCreate: directory,
  Directory: directory,
  FileOrCreate: file,
  File: file,
  Socket: { holds: (kind) => kind === "socket", text: "socket file" },
  CharDevice: { holds: (kind) => kind === "charDevice", text: "character device" },
  BlockDevice: { holds: (kind) => kind === "blockDevice", text: "block device" },
};
