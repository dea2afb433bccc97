/** The machine itself, by cAdvisor's names. */
import type { MetricFamily } from "../metrics/exposition.ts";
import type { NodeDetails } from "./sample.ts";

export function machineMetrics({ identity, size }: NodeDetails): readonly MetricFamily[] {
  const { bootId, machineId, systemUuid } = identity;
  const labels = { boot_id: bootId, machine_id: machineId, system_uuid: systemUuid };
  const gauge = (name: string, { help, value }: { help: string; value: number }): MetricFamily => ({
    name,
    help,
    type: "gauge",
    samples: [{ labels, value }],
  });
  return [
    gauge("machine_cpu_cores", { help: "Number of logical CPU cores.", value: size.cpus }),
    gauge("machine_memory_bytes", {
      help: "Amount of memory installed on the machine.",
      value: size.memoryBytes,
    }),
    gauge("machine_swap_bytes", {
      help: "Amount of swap memory available on the machine.",
      value: size.swapBytes,
    }),
  ];
}
