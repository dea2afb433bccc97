/** Gives files to users and groups, as the kubelet gives volumes to a pod's fsGroup. */
import { checked, cString, libc } from "./libc.ts";
import { orNull } from "./or_null.ts";

/** Of chown(2): stays as it is. */
const unchanged = 0xffffffff;

/** Symlinks themselves are changed, not what they point to. */
export function setOwner({ path, uid }: { readonly path: string; readonly uid: number }): void {
  checked(libc().lchown(cString(path), uid, unchanged), { call: "chown", path });
}

export interface GroupChange {
  readonly path: string;
  readonly gid: number;
  readonly writable: boolean;
  readonly unlessTopIs: boolean;
}

const setgid = 0o2000;
const enterable = 0o110;

/** @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-the-security-context-for-a-pod */
export async function setGroup(change: GroupChange): Promise<void> {
  const top = await Deno.lstat(change.path);
  if (change.unlessTopIs && isRight(top, change)) return;
  await setBelow(change.path, top, change);
}

function isRight(info: Deno.FileInfo, change: GroupChange): boolean {
  const wanted = modeFor(info, change);
  return info.isDirectory && info.gid === change.gid && ((info.mode ?? 0) & wanted) === wanted;
}

/** What is in a directory comes before it: when the directory is right, everything below it is. */
async function setBelow(path: string, info: Deno.FileInfo, change: GroupChange): Promise<void> {
  if (info.isDirectory) {
    for await (const { name } of Deno.readDir(path)) {
      const below = await orNull(Deno.lstat(`${path}/${name}`));
      if (below !== null) await setBelow(`${path}/${name}`, below, change);
    }
  }
  checked(libc().lchown(cString(path), unchanged, change.gid), { call: "chown", path });
  if (info.isSymlink) return;
  await Deno.chmod(path, ((info.mode ?? 0) & 0o7777) | modeFor(info, change));
}

/** The bits that must be there. */
function modeFor({ isDirectory }: Deno.FileInfo, { writable }: GroupChange): number {
  const readable = writable ? 0o660 : 0o440;
  return isDirectory ? readable | setgid | enterable : readable;
}
