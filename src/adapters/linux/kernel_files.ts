/** Reads and writes the kernel's files under /proc, /sys and /dev. Everything here throws SystemError. */
import { dirname } from "node:path/posix";
import { codeOf } from "./errno.ts";
import { checked, cString, lastError, libc } from "./libc.ts";

const O_WRONLY = 0o1;
const O_CREAT = 0o100;
const O_CLOEXEC = 0o2000000;

function withFile<T>(path: string, flags: number, work: (fd: number) => T): T {
  const fd = checked(libc().open(cString(path), flags | O_CLOEXEC, 0), { call: "open", path });
  try {
    return work(fd);
  } finally {
    libc().close(fd);
  }
}

/** Room for one read; making it anew for each costs more than the reading. Nothing is in it from one call to the next. */
const chunk = new Uint8Array(16_384);

/** Reads a file to its end; the kernel's files show no size beforehand. */
export function readText(path: string): string {
  return withFile(path, 0, (fd) => {
    let text = "";
    const decoder = new TextDecoder();
    for (;;) {
      const count = libc().read(fd, chunk, BigInt(chunk.length));
      if (checked(count, { call: "read", path }) === 0n) return text + decoder.decode();
      text += decoder.decode(chunk.subarray(0, Number(count)), { stream: true });
    }
  });
}

/** Reads a piece of a file: less where it ends, nothing beyond its end. */
export function readBlock(
  path: string,
  { position, length }: { readonly position: number; readonly length: number },
): Uint8Array {
  return withFile(path, 0, (fd) => {
    const block = new Uint8Array(length);
    const count = libc().pread(fd, block, BigInt(length), BigInt(position));
    return block.subarray(0, Number(checked(count, { call: "read", path })));
  });
}

/** Like `readText`, but null where the file does not exist. */
export function readTextIfThere(path: string): string | null {
  try {
    return readText(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Writes in one call to a file that exists, which is what the kernel's files want. */
export function writeText({ path, text }: { readonly path: string; readonly text: string }): void {
  withFile(path, O_WRONLY, (fd) => {
    const bytes = new TextEncoder().encode(text);
    checked(libc().write(fd, bytes, BigInt(bytes.length)), { call: "write", path });
  });
}

/** Makes an empty file (0644 under the umask) unless there is one. */
export function createFile(path: string): void {
  const attempt = { call: "open", path };
  libc().close(checked(libc().open(cString(path), O_CREAT | O_CLOEXEC, 0o644), attempt));
}

/** Makes a directory (0755 under the umask) and its parents, unless they are there. */
export function makeDirectories(path: string): void {
  if (libc().mkdir(cString(path), 0o755) === 0) return;
  const error = lastError({ call: "mkdir", path });
  if (error.code === "EEXIST" && kindOf(path) === "directory") return;
  if (error.code !== "ENOENT" || dirname(path) === path) throw error;
  makeDirectories(dirname(path));
  makeDirectories(path);
}

/** Only an empty one goes; a cgroup's own files do not count. */
export function removeDirectory(path: string): void {
  checked(libc().rmdir(cString(path)), { call: "rmdir", path });
}

const DT_DIR = 4;
/** Where `struct dirent` has the type and the name on 64-bit systems. */
const DIRENT_TYPE = 18;
const DIRENT_NAME = 19;

/** The names of the directories in a directory. */
export function listDirectories(path: string): readonly string[] {
  return entriesOf(path).filter(({ type }) => type === DT_DIR).map(({ name }) => name);
}

export interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** What is in a directory, in no order; a symlink to a directory is none. */
export function listEntries(path: string): readonly Entry[] {
  return entriesOf(path).map(({ name, type }) => ({ name, isDirectory: type === DT_DIR }));
}

/** How many entries a directory has. */
export function countEntries(path: string): number {
  return entriesOf(path).length;
}

function entriesOf(path: string): readonly { readonly name: string; readonly type: number }[] {
  const dir = libc().opendir(cString(path));
  if (dir === null) throw lastError({ call: "open", path });
  const entries: { readonly name: string; readonly type: number }[] = [];
  for (let entry = libc().readdir(dir); entry !== null; entry = libc().readdir(dir)) {
    const view = new Deno.UnsafePointerView(entry);
    entries.push({ name: view.getCString(DIRENT_NAME), type: view.getUint8(DIRENT_TYPE) });
  }
  libc().closedir(dir);
  return entries.filter(({ name }) => name !== "." && name !== "..");
}

export type FileKind =
  | "fifo"
  | "charDevice"
  | "directory"
  | "blockDevice"
  | "file"
  | "symlink"
  | "socket";

/** By the upper four bits of the mode. */
const kinds: Readonly<Record<number, FileKind>> = {
  1: "fifo",
  2: "charDevice",
  4: "directory",
  6: "blockDevice",
  8: "file",
  10: "symlink",
  12: "socket",
};

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const STATX_TYPE = 1;
/** Of `struct statx`, which is the same everywhere. */
const STATX_BYTES = 256;
const STATX_MODE = 28;

/** What is at a path, following symlinks; null where nothing is. */
export function kindOf(path: string): FileKind | null {
  const buffer = new Uint8Array(STATX_BYTES);
  if (libc().statx(AT_FDCWD, cString(path), 0, STATX_TYPE, buffer) === -1) {
    const error = lastError({ call: "stat", path });
    if (error.code === "ENOENT") return null;
    throw error;
  }
  return kindIn(buffer);
}

/** What a file descriptor stands for. */
export function kindOfOpen(fd: number, path: string): FileKind | null {
  const buffer = new Uint8Array(STATX_BYTES);
  const result = libc().statx(fd, cString(""), AT_EMPTY_PATH, STATX_TYPE, buffer);
  checked(result, { call: "stat", path });
  return kindIn(buffer);
}

const STATX_MTIME = 0x40;
const STATX_MTIME_SECONDS = 112;

/** When what is at a path was changed last, in milliseconds since 1970, to the second. */
export function changedAt(path: string): number {
  const buffer = new Uint8Array(STATX_BYTES);
  const result = libc().statx(AT_FDCWD, cString(path), 0, STATX_MTIME, buffer);
  checked(result, { call: "stat", path });
  return Number(new DataView(buffer.buffer).getBigInt64(STATX_MTIME_SECONDS, true)) * 1000;
}

function kindIn(buffer: Uint8Array<ArrayBuffer>): FileKind | null {
  return kinds[new DataView(buffer.buffer).getUint16(STATX_MODE, true) >> 12] ?? null;
}

/** The magic number of cgroup v2's file system. @see statfs(2) */
export const CGROUP2_MAGIC = 0x63677270;
/** That of tmpfs. */
export const TMPFS_MAGIC = 0x01021994;

/** Of the file system that a path lies on. */
export interface FileSystemFacts {
  readonly magic: number;
  readonly totalBytes: number;
  readonly usedBytes: number;
  /** What programs without privileges may still use. */
  readonly freeBytes: number;
  /** 0 where the file system makes them as needed. */
  readonly inodes: number;
  readonly inodesFree: number;
}

/** Where `struct statfs` has the size of a fragment, which is what blocks are counted in. */
const STATFS_FRSIZE = 9;

/** All fields of `struct statfs` that count here are machine words. */
export function fileSystemOf(path: string): FileSystemFacts {
  const buffer = new BigUint64Array(32);
  checked(libc().statfs(cString(path), buffer), { call: "statfs", path });
  const [
    magic = 0n,
    blockBytes = 0n,
    blocks = 0n,
    unused = 0n,
    available = 0n,
    inodes = 0n,
    free = 0n,
  ] = buffer;
  const unit = buffer[STATFS_FRSIZE] || blockBytes;
  return {
    magic: Number(magic),
    totalBytes: Number(blocks * unit),
    usedBytes: Number((blocks - unused) * unit),
    freeBytes: Number(available * unit),
    inodes: Number(inodes),
    inodesFree: Number(free),
  };
}
