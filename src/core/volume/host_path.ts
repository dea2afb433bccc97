/** What a hostPath volume's type asks for, and whether what stands at its path is that. */

/** What may stand at the path. */
export type HostPathKind = "Directory" | "File" | "Socket" | "CharDevice" | "BlockDevice";

/** The types, with what each wants to find. @see https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types */
const wantedKinds = {
  BlockDevice: "BlockDevice",
  CharDevice: "CharDevice",
  Directory: "Directory",
  DirectoryOrCreate: "Directory",
  File: "File",
  FileOrCreate: "File",
  Socket: "Socket",
} as const satisfies Readonly<Record<string, HostPathKind>>;

/** A volume's `type` that asks for something; "", Kubernetes' default, asks for nothing. */
export type HostPathType = keyof typeof wantedKinds;

export function isHostPathType(text: string): text is HostPathType {
  return Object.hasOwn(wantedKinds, text);
}

/** In the order in which an error message lists them. */
export const hostPathTypes: readonly string[] = Object.keys(wantedKinds);

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
  const wanted = wantedKinds[type];
  if (found === wanted) return null;
  const unlike = `${path} is not a ${names[wanted]}`;
  if (found) return `hostPath type check failed: ${unlike}, it's a ${found}`;
  const unknown = found === null
    ? `path "${path}" does not exist`
    : "only recognise file, directory, socket, block device and character device";
  return `hostPath type check failed, ${unlike}, unable to determine its type: ${unknown}`;
}
