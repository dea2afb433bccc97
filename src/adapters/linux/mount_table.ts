/** Understands the kernel's list of mounts. */

/** One line of mountinfo. @see proc_pid_mountinfo(5) */
export interface Mount {
  readonly path: string;
  readonly type: string;
  /** Options of the file system (not of the mount), such as the controllers of a cgroup v1 hierarchy. */
  readonly options: readonly string[];
}

/** Reads mountinfo: the mounts in the order in which they were made. */
export function parseMounts(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [before, after] = line.split(" - ");
    const path = before?.split(" ")[4];
    const [type, , options] = after?.split(" ") ?? [];
    if (path === undefined || type === undefined) return [];
    return [{ path: unescape(path), type, options: options?.split(",") ?? [] }];
  });
}

/** The kernel writes blanks and backslashes in octal; it does so byte by byte, but only for ASCII. */
function unescape(path: string): string {
  return path.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}

/** Mounts at and below a path, in an order in which they can be unmounted: the last mounted and the deepest first. */
export function mountsWithin(mounts: readonly Mount[], top: string): readonly Mount[] {
  const depth = ({ path }: Mount): number => path.split("/").length;
  return mounts
    .filter(({ path }) => path === top || path.startsWith(`${top}/`))
    .toReversed()
    .toSorted((a, b) => depth(b) - depth(a));
}

const networkTypes =
  /^(nfs4?|cifs|smb3|smbfs|9p|ceph|afs|glusterfs|lustre|ocfs2|fuse\.(sshfs|ceph.*|glusterfs|s3fs|rclone|davfs)|davfs)$/;

/** Where file systems are mounted that come over the network. */
export function networkMounts(mounts: readonly Mount[]): readonly string[] {
  return mounts.filter(({ type }) => networkTypes.test(type)).map(({ path }) => path);
}
