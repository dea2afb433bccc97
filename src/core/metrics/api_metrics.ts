/** What is measured of the kubelet's HTTPS API, by the kubelet's names, and besides that. */
import type { Counter, Gauge, Histogram, Registry } from "./registry.ts";

type RequestLabel = "method" | "path" | "server_type" | "long_running";

export interface ApiMetrics {
  readonly requests: Counter<RequestLabel>;
  readonly requestDuration: Histogram<RequestLabel>;
  readonly inFlight: Gauge<RequestLabel>;
  readonly webSockets: Counter<"subresource">;
  readonly refusals: Counter<"code">;
}

/** All methods with all paths on both ports: whoever tries them all crowds nobody out. */
const maxSeries = 500;

const labels = ["method", "path", "server_type", "long_running"] as const;

export function apiMetrics(registry: Registry): ApiMetrics {
  return {
    requests: registry.counter({
      name: "kubelet_http_requests_total",
      help: "Number of the http requests received since the server started.",
      labels,
      maxSeries,
    }),
    requestDuration: registry.histogram({
      name: "kubelet_http_requests_duration_seconds",
      help: "Duration in seconds to serve http requests.",
      labels,
      maxSeries,
    }),
    inFlight: registry.gauge({
      name: "kubelet_http_inflight_requests",
      help: "Number of the inflight http requests.",
      labels,
      maxSeries,
    }),
    webSockets: registry.counter({
      name: "kubelet_websocket_streaming_requests_total",
      help: "Total number of WebSocket streaming requests (exec/attach/portforward) received.",
      labels: ["subresource"],
    }),
    refusals: registry.counter({
      name: "skerry_kubelet_api_refusals_total",
      help:
        "Requests to the kubelet API that were refused: 401 nobody knows who it is, 403 they may not, 500 it could not be asked.",
      labels: ["code"],
    }),
  };
}
