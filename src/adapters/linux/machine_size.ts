/** How large the machine is: processors, memory, huge pages. */
import type { HugePages, MachineSize } from "../../core/node/machine.ts";
import { kindOf, listDirectories, readText } from "./kernel_files.ts";
import { cpuCapacityMilli, memoryFacts } from "./node_facts.ts";

/** Throws SystemError. */
export function machineSize(): MachineSize {
  const { totalBytes, swapBytes } = memoryFacts();
  return {
    cpus: cpuCapacityMilli() / 1_000,
    memoryBytes: totalBytes,
    swapBytes,
    hugePages: hugePages(),
  };
}

const pools = "/sys/kernel/mm/hugepages";

/** A kernel without huge pages has no pools. */
function hugePages(): readonly HugePages[] {
  if (kindOf(pools) === null) return [];
  return listDirectories(pools).flatMap((name) => {
    const kibibytes = /^hugepages-(\d+)kB$/.exec(name)?.[1];
    if (kibibytes === undefined) return [];
    const count = Number(readText(`${pools}/${name}/nr_hugepages`));
    return [{ pageBytes: Number(kibibytes) * 1024, count }];
  });
}
