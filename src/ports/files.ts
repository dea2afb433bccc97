/** The pod's files on the node: directories, mounts, the hosts file, the termination message. */
import type { FileStep } from "../core/volume/step.ts";
import type { TreeEntry } from "../core/volume/tree.ts";

/** Paths are absolute. */
export interface Files {
  /** Carries out the steps in order. Throws Failed naming the path; a full disk gives Unavailable. */
  apply(steps: readonly FileStep[]): Promise<void>;
  /** Unmounts everything at or below `path`, then deletes it; never follows a mount or a symlink out. Idempotent. */
  removeTree(path: string): Promise<void>;
  /** The names in a directory, or none where it is not there. */
  list(path: string): Promise<readonly string[]>;
  /** Everything below a directory, which is small, with what is in its files; none where it is not there. Follows no symlinks. */
  readTree(path: string): Promise<readonly TreeEntry[]>;
  /** A file below `top` as text, of at most 1 MiB; null where it is not there, or where symlinks lead out of `top`. */
  readInside(at: { readonly top: string; readonly path: string }): Promise<string | null>;
  /** At most the last `maxBytes` of a file as text; "" where it is not there. */
  readTail(path: string, maxBytes: number): Promise<string>;
  /** Bytes that a tree takes up on disk (allocated blocks), without crossing mounts. */
  usedBytes(path: string): Promise<number>;
}
