/** What is measured of the agent's own store and clock: Skerry's own metrics. */
import type { Counter, Histogram, Registry } from "./registry.ts";

export interface ProcessMetrics {
  readonly storeWrites: Counter<"operation">;
  readonly storeErrors: Counter<"operation">;
  readonly timerDelay: Histogram;
}

export function processMetrics(registry: Registry): ProcessMetrics {
  return {
    storeWrites: registry.counter({
      name: "skerry_store_writes_total",
      help: "Writes to the local store, each of which reaches the disk; by operation.",
      labels: ["operation"],
    }),
    storeErrors: registry.counter({
      name: "skerry_store_write_errors_total",
      help: "Writes to the local store that failed; by operation.",
      labels: ["operation"],
    }),
    timerDelay: registry.histogram({
      name: "skerry_timer_delay_seconds",
      help:
        "How much later than asked for the agent's timers ran: how long its event loop was busy.",
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    }),
  };
}
