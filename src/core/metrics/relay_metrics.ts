/** What is measured of the relay of status over a message broker. */
import type { Counter, Gauge, Registry } from "./registry.ts";

export interface RelayMetrics {
  readonly active: Gauge;
  readonly connected: Gauge;
  readonly sent: Counter<"kind">;
  readonly dropped: Counter<"problem">;
  readonly records: Counter<"result">;
  readonly lastAcknowledgement: Gauge;
}

/** Registered only where a relay is configured. */
export function relayMetrics(registry: Registry): RelayMetrics {
  return {
    active: registry.gauge({
      name: "skerry_relay_active",
      help: "Whether status goes over the message broker now (1) or not (0).",
    }),
    connected: registry.gauge({
      name: "skerry_relay_broker_connected",
      help: "Whether there is a connection to a message broker (1) or not (0).",
    }),
    sent: registry.counter({
      name: "skerry_relay_messages_total",
      help: "Messages that a broker has taken, by their kind.",
      labels: ["kind"],
    }),
    dropped: registry.counter({
      name: "skerry_relay_dropped_messages_total",
      help: "Messages to this node that were not believed, by what is wrong with them.",
      labels: ["problem"],
    }),
    records: registry.counter({
      name: "skerry_relay_records_total",
      help:
        "Records of the journal by what became of them: Acknowledged, Refused by the API server, or TooLarge for a message.",
      labels: ["result"],
    }),
    lastAcknowledgement: registry.gauge({
      name: "skerry_relay_last_acknowledgement_timestamp_seconds",
      help: "When a bridge acknowledged records last; in unix seconds.",
    }),
  };
}
