/** One thing to do to the file system for a pod; pure code lists the steps, an adapter carries them out. */
import type { HostPathType } from "./host_path.ts";

/** Every step is idempotent: done twice it leaves what it left the first time. Modes are permission bits. */
export type FileStep =
  | { readonly kind: "MakeDirectory"; readonly path: string; readonly mode: number }
  /** Mounts a tmpfs unless one is mounted there already; without a size the kernel's default holds. */
  | {
    readonly kind: "MountTmpfs";
    readonly path: string;
    readonly sizeBytes?: number;
    readonly mode: number;
  }
  /** Written only when the content differs, and in place: the file may be bind-mounted into containers that run. */
  | {
    readonly kind: "WriteFile";
    readonly path: string;
    readonly content: string | Uint8Array;
    readonly mode: number;
  }
  /** A symlink; where one is, it changes to the new target in one instant. */
  | { readonly kind: "PointLink"; readonly path: string; readonly target: string }
  /** Changes the owner of the file or symlink itself, not its group. */
  | { readonly kind: "SetOwner"; readonly path: string; readonly uid: number }
  /**
   * Gives a tree to a group: the group may read it (or write it), and what is made in its directories is the group's too.
   * Symlinks are not followed. The top comes last, so with `unlessTopIs` a tree whose top is right already is right as a whole.
   */
  | {
    readonly kind: "SetGroup";
    readonly path: string;
    readonly gid: number;
    readonly writable: boolean;
    readonly unlessTopIs: boolean;
  }
  /** Deletes a file, a symlink or a tree without mounts. */
  | { readonly kind: "Remove"; readonly path: string }
  /** Makes a directory inside a volume, never outside it whatever symlinks the volume holds; what is there stays. */
  | { readonly kind: "MakeSubPath"; readonly path: string; readonly subPath: string }
  /** Mounts a part of a volume, never anything outside it, on `path`, which is made; mounted already, it stays. */
  | {
    readonly kind: "BindSubPath";
    readonly path: string;
    readonly volumePath: string;
    readonly subPath: string;
  }
  | { readonly kind: "CheckHostPath"; readonly path: string; readonly type: HostPathType };
