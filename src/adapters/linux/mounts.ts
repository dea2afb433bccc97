/** Mounts and unmounts. Everything here throws SystemError. */
import { codeOf } from "./errno.ts";
import { readText } from "./kernel_files.ts";
import { checked, cString, libc } from "./libc.ts";
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

const UMOUNT_NOFOLLOW = 8;

/** Unmounts what was mounted last on a path; never follows a symlink. */
export function unmount(path: string): void {
  checked(libc().umount2(cString(path), UMOUNT_NOFOLLOW), { call: "unmount", path });
}
