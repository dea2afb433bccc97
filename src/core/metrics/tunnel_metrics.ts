/** What is measured of the tunnel through which servers reach this node. */
import type { Counter, Gauge, Registry } from "./registry.ts";

export interface TunnelMetrics {
  readonly servers: Gauge;
  readonly connectedServers: Gauge;
  readonly outages: Counter;
  readonly streams: Gauge;
  readonly finishedStreams: Counter<"result">;
  readonly bytes: Counter<"direction">;
  readonly pauses: Counter<"by">;
}

export function tunnelMetrics(registry: Registry): TunnelMetrics {
  return {
    servers: registry.gauge({
      name: "skerry_tunnel_servers",
      help: "Number of servers that this node holds a tunnel to, or would like to.",
    }),
    connectedServers: registry.gauge({
      name: "skerry_tunnel_connected_servers",
      help: "Number of servers that a tunnel is open to.",
    }),
    outages: registry.counter({
      name: "skerry_tunnel_outages_total",
      help: "How often a tunnel that was open broke.",
    }),
    streams: registry.gauge({
      name: "skerry_tunnel_streams",
      help: "Number of connections that go through the tunnels now.",
    }),
    finishedStreams: registry.counter({
      name: "skerry_tunnel_finished_streams_total",
      help:
        "Connections that servers asked for, by their end: Closed in order, Failed, Broken with their tunnel, or Refused.",
      labels: ["result"],
    }),
    bytes: registry.counter({
      name: "skerry_tunnel_bytes_total",
      help: "Bytes of connections, by whether they went ToServer or FromServer.",
      labels: ["direction"],
    }),
    pauses: registry.counter({
      name: "skerry_tunnel_pauses_total",
      help:
        "How often a connection was paused because its reader was slow, by the Node or a Server.",
      labels: ["by"],
    }),
  };
}
