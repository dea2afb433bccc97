/** What is measured of a bridge. */
import type { Counter, Gauge, Histogram, Registry } from "./registry.ts";

const delayBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 86_400];

export interface BridgeMetrics {
  readonly messages: Counter<"kind">;
  readonly dropped: Counter<"problem">;
  readonly records: Counter<"result">;
  readonly writes: Counter<"resource">;
  readonly delay: Histogram;
  readonly nodes: Gauge<"state">;
  readonly brokerConnected: Gauge;
}

export function bridgeMetrics(registry: Registry): BridgeMetrics {
  return {
    messages: registry.counter({
      name: "skerry_bridge_messages_total",
      help: "Messages of nodes that were believed, by their kind.",
      labels: ["kind"],
    }),
    dropped: registry.counter({
      name: "skerry_bridge_dropped_messages_total",
      help: "Messages that were dropped, by what is wrong with them.",
      labels: ["problem"],
    }),
    records: registry.counter({
      name: "skerry_bridge_records_total",
      help:
        "Records of nodes' journals by what became of them: Written, or Refused by the API server.",
      labels: ["result"],
    }),
    writes: registry.counter({
      name: "skerry_bridge_writes_total",
      help: "Requests that changed something in the API server, by the resource.",
      labels: ["resource"],
    }),
    delay: registry.histogram({
      name: "skerry_bridge_record_delay_seconds",
      help: "From when a node observed something, by its own clock, until the API server had it.",
      buckets: delayBuckets,
    }),
    nodes: registry.gauge({
      name: "skerry_bridge_nodes",
      help: "Nodes that this bridge has heard of, by their presence.",
      labels: ["state"],
    }),
    brokerConnected: registry.gauge({
      name: "skerry_bridge_broker_connected",
      help: "Whether the bridge is connected to a message broker (1) or not (0).",
    }),
  };
}
