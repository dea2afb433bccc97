/** The memory of the root cgroup, which is limited by what the machine has. */
import type { MemoryUsage } from "./cgroup_usage.ts";
import { memoryInfo } from "./kernel_text.ts";

/** With the text of /proc/meminfo. */
export function rootMemory(
  memory: MemoryUsage,
  { meminfo, version }: { readonly meminfo: string; readonly version: 1 | 2 },
): MemoryUsage {
  const info = memoryInfo(meminfo);
  const of = (name: string): number => info.get(name) ?? 0;
  const swapLimitBytes = of("SwapTotal");
  return {
    ...memory,
    limitBytes: of("MemTotal"),
    swapLimitBytes,
    // The root of version 2 does not count swap.
    ...(version === 2 && { swapBytes: swapLimitBytes - of("SwapFree") }),
  };
}
