/** What a container takes up by the runtime's own count. @see CRI ContainerStats */
import type { Instant } from "../instant.ts";
import type { CpuUsage, MemoryUsage } from "./cgroup_usage.ts";
import type { DiskUse } from "./disk_use.ts";

/** Null: the runtime does not tell. */
export interface ContainerUsage {
  readonly cpu: CpuUsage & { readonly at: Instant } | null;
  readonly memory: MemoryUsage & { readonly at: Instant } | null;
  readonly writableLayer: WritableLayer | null;
}

/** The container's own file system. */
export interface WritableLayer extends DiskUse {
  readonly at: Instant;
  /** A directory on the file system that it lies on. */
  readonly mountpoint: string;
}
