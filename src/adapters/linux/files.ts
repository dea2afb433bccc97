/** The pods' files on the real file system. */
import { basename, dirname } from "node:path/posix";
import type { FileStep } from "../../core/volume/step.ts";
import { Failed, Invalid } from "../../ports/errors.ts";
import type { Files } from "../../ports/files.ts";
import { treeUse } from "./disk_usage.ts";
import { codeOf } from "./errno.ts";
import { guarded } from "./guarded.ts";
import { checkHostPath } from "./host_path.ts";
import { fileSystemOf, TMPFS_MAGIC } from "./kernel_files.ts";
import { mountsWithin } from "./mount_table.ts";
import { mountTmpfs, readMounts, unmount } from "./mounts.ts";
import { orNull } from "./or_null.ts";
import { setGroup, setOwner } from "./ownership.ts";
import { readTree } from "./read_tree.ts";
import { readInside } from "./read_inside.ts";
import { bindSubPath, makeSubPath } from "./sub_path.ts";

/** Needs the rights of root: for mounts, and for what containers leave behind. */
export function linuxFiles(): Files {
  return {
    apply: async (steps) => {
      for (const step of steps) await guarded(doing(step), () => applyStep(step));
    },
    removeTree: (path) => guarded(`remove ${path}`, () => removeTree(path)),
    list: (path) => guarded(`list ${path}`, () => list(path)),
    readTree: (path) => guarded(`read ${path}`, () => readTree(path)),
    readInside: (at) => guarded(`read ${at.top}/${at.path}`, () => readInside(at)),
    readTail: (path, maxBytes) => guarded(`read ${path}`, () => readTail(path, maxBytes)),
    usedBytes: (path) =>
      guarded(`measure ${path}`, async () => (await treeUse(path))?.usedBytes ?? 0),
  };
}

function doing({ kind, path }: FileStep): string {
  switch (kind) {
    case "MakeDirectory":
      return `mkdir ${path}`;
    case "MountTmpfs":
      return `mount tmpfs on ${path}`;
    case "WriteFile":
      return `write ${path}`;
    case "CheckHostPath":
      return `open ${path}`;
    case "PointLink":
      return `link ${path}`;
    case "SetOwner":
    case "SetGroup":
      return `chown ${path}`;
    case "Remove":
      return `remove ${path}`;
    case "MakeSubPath":
      return `make a directory in ${path}`;
    case "BindSubPath":
      return `mount ${path}`;
  }
}

async function applyStep(step: FileStep): Promise<void> {
  switch (step.kind) {
    case "MakeDirectory":
      return await makeDirectory(step);
    case "MountTmpfs":
      return await ensureTmpfs(step);
    case "WriteFile":
      return await writeFile(step);
    case "CheckHostPath":
      return checkHostPath(step);
    case "PointLink":
      return await pointLink(step);
    case "SetOwner":
      return setOwner(step);
    case "SetGroup":
      return await setGroup(step);
    case "Remove":
      return await remove(step.path);
    case "MakeSubPath":
      return await makeSubPath(step);
    case "BindSubPath":
      return await bindSubPath(step);
  }
}

type Step<Kind extends FileStep["kind"]> = Omit<Extract<FileStep, { kind: Kind }>, "kind">;

/**
 * A directory is born without any permission and then given its own, whatever the umask: so one that is half made can be told
 * from one whose permissions a container has changed, and those stay.
 */
async function makeDirectory({ path, mode }: Step<"MakeDirectory">): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: mode & 0o755 });
  try {
    await Deno.mkdir(path, { mode: 0 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const there = await Deno.stat(path);
    if (!there.isDirectory) throw new Failed(`mkdir ${path}: not a directory`);
    if (permissionsOf(there) !== 0) return;
  }
  await Deno.chmod(path, mode);
}

async function ensureTmpfs({ path, mode, sizeBytes }: Step<"MountTmpfs">): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: mode & 0o755 });
  const real = await Deno.realPath(path);
  if (await isTmpfsMount(real)) return;
  const size = sizeBytes === undefined ? [] : [`size=${sizeBytes}`];
  mountTmpfs({ path: real, options: [`mode=${mode.toString(8)}`, ...size] });
}

/** Asked of the file itself: the kernel takes milliseconds to list a busy node's mounts. */
async function isTmpfsMount(path: string): Promise<boolean> {
  if (fileSystemOf(path).magic !== TMPFS_MAGIC) return false;
  const [own, above] = await Promise.all([Deno.lstat(path), Deno.lstat(dirname(path))]);
  return own.dev !== above.dev;
}

/**
 * Written in place, as the kubelet does: the file may be bind-mounted into containers that run, and a new one renamed over it
 * would not reach them. A write that was cut off shows as a difference the next time.
 */
async function writeFile({ path, content, mode }: Step<"WriteFile">): Promise<void> {
  const wanted = typeof content === "string" ? new TextEncoder().encode(content) : content;
  if (!(await holds(path, wanted))) await Deno.writeFile(path, wanted);
  if (permissionsOf(await Deno.stat(path)) !== mode) await Deno.chmod(path, mode);
}

/** Made beside its place and moved there: who reads it meanwhile sees the old target or the new one. */
async function pointLink({ path, target }: Step<"PointLink">): Promise<void> {
  if (await orNull(Deno.readLink(path)) === target) return;
  const beside = `${dirname(path)}/..${basename(path).replace(/^\.+/, "")}_tmp`;
  await remove(beside);
  await Deno.symlink(target, beside);
  await Deno.rename(beside, path);
}

async function remove(path: string): Promise<void> {
  await orNull(Deno.remove(path, { recursive: true }));
}

async function holds(path: string, wanted: Uint8Array): Promise<boolean> {
  const there = await orNull(Deno.readFile(path));
  return there?.length === wanted.length && there.every((byte, index) => byte === wanted[index]);
}

function permissionsOf({ mode }: Deno.FileInfo): number {
  return (mode ?? 0) & 0o7777;
}

async function removeTree(path: string): Promise<void> {
  if (!/^\/.*[^/]$/.test(path)) throw new Invalid(`will not remove "${path}"`);
  const real = await withoutSymlinks(path);
  if (real === null) return;
  const mounts = mountsWithin(readMounts(), real);
  for (const mount of mounts) unmount(mount.path);
  // Looked at again only where something was mounted: the kernel takes milliseconds to list a busy node's mounts.
  const [left] = mounts.length === 0 ? [] : mountsWithin(readMounts(), real);
  if (left !== undefined) throw new Failed(`remove ${path}: ${left.path} is still mounted`);
  await Deno.remove(real, { recursive: true });
}

/** The path as the kernel lists mounts: its parents resolved, itself not. Null where nothing is. */
async function withoutSymlinks(path: string): Promise<string | null> {
  if (await orNull(Deno.lstat(path)) === null) return null;
  const parent = await orNull(Deno.realPath(dirname(path)));
  return parent === null ? null : `${parent.replace(/\/$/, "")}/${basename(path)}`;
}

async function list(path: string): Promise<readonly string[]> {
  const names = await orNull(Array.fromAsync(Deno.readDir(path), ({ name }) => name));
  return names?.toSorted() ?? [];
}

async function readTail(path: string, maxBytes: number): Promise<string> {
  using file = await orNull(Deno.open(path));
  if (file === null) return "";
  const { size } = await file.stat();
  await file.seek(Math.max(0, size - maxBytes), Deno.SeekMode.Start);
  return await textFrom(file, maxBytes);
}

/** A file may grow meanwhile; no more than `maxBytes` are read. */
async function textFrom(file: Deno.FsFile, maxBytes: number): Promise<string> {
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}
