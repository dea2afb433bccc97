/** Mounts and unmounts. Everything here throws SystemError. */
import { codeOf } from "./errno.ts";
import { readText } from "./kernel_files.ts";
import { checked, cString, lastError, libc } from "./libc.ts";
import { type Mount, parseMounts } from "./mount_table.ts";

/** The mounts of the agent's mount namespace, in the order in which they were made. */
export function readMounts(): readonly Mount[] {
  return parseMounts(readText("/proc/self/mountinfo"));
}

interface Tmpfs {
  readonly path: string;
  /** Those of tmpfs(5). */
  readonly options: readonly string[];
}

/** Mounts a fresh tmpfs, and keeps it out of swap where the kernel can do that (since 6.4). */
export function mountTmpfs({ path, options }: Tmpfs): void {
  try {
    mountExactly({ path, options: [...options, "noswap"] });
  } catch (error) {
    if (codeOf(error) !== "EINVAL") throw error;
    mountExactly({ path, options });
  }
}

function mountExactly({ path, options }: Tmpfs): void {
  const type = cString("tmpfs");
  const result = libc().mount(type, cString(path), type, 0n, cString(options.join(",")));
  checked(result, { call: "mount tmpfs on", path });
}

const MS_BIND = 0x1000n;

/** Shows what is at `source` at `path` as well; mounts below it are not shown. */
export function bindMount(
  { source, path }: { readonly source: string; readonly path: string },
): void {
  const result = libc().mount(cString(source), cString(path), null, MS_BIND, null);
  checked(result, { call: "bind mount on", path });
}

const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

/** Takes everything off a path that was mounted on it, at once, whoever still uses it. Nothing there is as good. */
export function unmountLazily(path: string): void {
  while (libc().umount2(cString(path), MNT_DETACH | UMOUNT_NOFOLLOW) === 0);
  const error = lastError({ call: "unmount", path });
  // Not a mount point.
  if (error.code !== "EINVAL" && error.code !== "ENOENT") throw error;
}

/** Unmounts what was mounted last on a path; never follows a symlink. */
export function unmount(path: string): void {
  checked(libc().umount2(cString(path), UMOUNT_NOFOLLOW), { call: "unmount", path });
}
