/** What the agent's process takes up, by the names of Prometheus' client libraries. */
import { type Instant, second } from "../../core/instant.ts";
import type { Registry } from "../../core/metrics/registry.ts";
import type { ProcessUse, ReadProcessUse } from "../../ports/process_use.ts";

export interface ProcessReadingsDeps {
  readonly processUse: ReadProcessUse;
  readonly startedAt: Instant;
}

/** Five reads of a few files under /proc a scrape, none otherwise. */
export function registerProcessReadings(
  registry: Registry,
  { processUse, startedAt }: ProcessReadingsDeps,
): void {
  const metric = (
    about: { readonly name: string; readonly help: string; readonly type?: "counter" },
    value: (use: ProcessUse) => number,
  ): void => {
    const read = (): number | null => {
      const use = processUse();
      return use && value(use);
    };
    registry.read({ type: "gauge", ...about, read });
  };
  metric({
    name: "process_cpu_seconds_total",
    help: "Total user and system CPU time spent in seconds.",
    type: "counter",
  }, ({ cpuSeconds }) => cpuSeconds);
  metric({
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
  }, ({ residentBytes }) => residentBytes);
  metric({
    name: "process_virtual_memory_bytes",
    help: "Virtual memory size in bytes.",
  }, ({ virtualBytes }) => virtualBytes);
  metric({
    name: "process_open_fds",
    help: "Number of open file descriptors.",
  }, ({ openFiles }) => openFiles);
  metric({
    name: "process_max_fds",
    help: "Maximum number of open file descriptors.",
  }, ({ maxOpenFiles }) => maxOpenFiles);
  registry.read({
    name: "process_start_time_seconds",
    help: "Start time of the process since unix epoch in seconds.",
    type: "gauge",
    read: () => startedAt / second,
  });
}
