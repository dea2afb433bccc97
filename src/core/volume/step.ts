/** One thing to do to the file system for a pod; pure code lists the steps, an adapter carries them out. */
import type { HostPathType } from "./host_path.ts";

/** Every step is idempotent: done twice it leaves what it left the first time. */
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
    readonly content: string;
    readonly mode: number;
  }
  | { readonly kind: "CheckHostPath"; readonly path: string; readonly type: HostPathType };
