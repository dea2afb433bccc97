/**
 * Parts of volumes that containers mount. A container may put symlinks into its volumes that lead anywhere; what is made or
 * mounted here lies within the volume all the same.
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
 */
import { dirname } from "node:path/posix";
import { Failed } from "../../ports/errors.ts";
import { codeOf } from "./errno.ts";
import { checked, cString, libc } from "./libc.ts";
import { bindMount, unmountLazily } from "./mounts.ts";
import { openFlags } from "./open_flags.ts";
import { withOpenInside } from "./open_inside.ts";
import { orNull } from "./or_null.ts";

const { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW } = openFlags;

/** What is made gets the permissions of the volume itself, those for its group included. Throws Failed and SystemError. */
export async function makeSubPath(
  { path, subPath }: { readonly path: string; readonly subPath: string },
): Promise<void> {
  const base = await Deno.realPath(path);
  if (await orNull(Deno.stat(`${base}/${subPath}`)) !== null) return;
  const mode = ((await Deno.stat(base)).mode ?? 0) & 0o7777;
  const names = subPath.split("/").filter((name) => name !== "" && name !== ".");
  const { prefix, missing } = await existing(base, names);
  await withOpenInside(
    { base, path: prefix },
    (fd) => makeBelow(fd, { names: missing, mode, path }),
  );
}

/** How much of a path is there, with its symlinks resolved, and the names that are not. */
async function existing(
  base: string,
  names: readonly string[],
): Promise<{ readonly prefix: string; readonly missing: readonly string[] }> {
  for (let count = names.length; count > 0; count--) {
    const prefix = await orNull(Deno.realPath([base, ...names.slice(0, count)].join("/")));
    if (prefix !== null) return { prefix, missing: names.slice(count) };
  }
  return { prefix: base, missing: names };
}

interface Making {
  readonly names: readonly string[];
  readonly mode: number;
  /** For messages. */
  readonly path: string;
}

/** Each directory is opened without following symlinks: nobody can turn one that was made into a way out. */
function makeBelow(top: number, { names, mode, path }: Making): void {
  const fds: number[] = [];
  try {
    let parent = top;
    for (const name of names) {
      checked(libc().mkdirat(parent, cString(name), mode), { call: "mkdir in", path });
      const flags = O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC;
      parent = checked(libc().openat(parent, cString(name), flags, 0), { call: "open in", path });
      fds.push(parent);
      // Whatever the umask has taken away, and what mkdir does not set: setgid and the sticky bit.
      checked(libc().fchmod(parent, mode), { call: "chmod in", path });
    }
  } finally {
    for (const fd of fds) libc().close(fd);
  }
}

/** Mounted already, it stays; where the part is another file by now, the mount is made anew. Throws Failed and SystemError. */
export async function bindSubPath(
  { path, volumePath, subPath }: {
    readonly path: string;
    readonly volumePath: string;
    readonly subPath: string;
  },
): Promise<void> {
  const base = await Deno.realPath(volumePath);
  const source = await Deno.realPath(`${base}/${subPath}`);
  await withOpenInside({ base, path: source }, async (fd) => {
    const info = await Deno.lstat(source);
    if (isSame(info, await orNull(Deno.lstat(path)))) return;
    unmountLazily(path);
    await makeMountPoint(path, info);
    bindMount({ source: `/proc/self/fd/${fd}`, path });
  });
}

function isSame(one: Deno.FileInfo, other: Deno.FileInfo | null): boolean {
  return one.dev === other?.dev && one.ino === other.ino;
}

/** A file takes any mount that is not a directory. */
async function makeMountPoint(path: string, { isDirectory }: Deno.FileInfo): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o750 });
  const there = await orNull(Deno.lstat(path));
  if (there !== null && there.isDirectory !== isDirectory) await Deno.remove(path);
  else if (there !== null) return;
  try {
    if (isDirectory) await Deno.mkdir(path, { mode: 0o750 });
    else await Deno.writeFile(path, new Uint8Array(), { mode: 0o640, createNew: true });
  } catch (error) {
    throw new Failed(`make ${path}: ${codeOf(error)}`, { cause: error });
  }
}
