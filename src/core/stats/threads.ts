/** How many threads a cgroup has and may have: the files are the same in both versions. */
import type { CgroupDetails, ReadCgroupFile } from "./cgroup_usage.ts";
import { limitIn } from "./kernel_text.ts";

/** @see https://docs.kernel.org/admin-guide/cgroup-v1/pids.html */
export function threadsIn(read: ReadCgroupFile): CgroupDetails["threads"] {
  const current = read("pids.current");
  if (current === null) return null;
  return { current: Number(current), max: limitIn(read("pids.max")) ?? 0 };
}
