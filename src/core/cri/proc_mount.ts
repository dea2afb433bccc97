/** What of /proc and /sys a container is kept from. */
import type { SecurityContext } from "./effective_security.ts";
import type { ContainerSecurity } from "./types.ts";

/** What is not to be seen at all. */
const maskedPaths: readonly string[] = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
/** What may be read but not written. */
const readonlyPaths: readonly string[] = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

/** With `procMount: Unmasked` nothing is kept from it. `machinePaths` are those of this machine alone. */
export function procMount(
  { procMount }: SecurityContext,
  { machinePaths }: { readonly machinePaths: readonly string[] },
): Pick<ContainerSecurity, "maskedPaths" | "readonlyPaths"> {
  return procMount === "Unmasked"
    ? { maskedPaths: [], readonlyPaths: [] }
    : { maskedPaths: [...maskedPaths, ...machinePaths], readonlyPaths };
}
