/** What is measured of requests to the API server, by the names of Kubernetes' clients. */
import type { Counter, Gauge, Histogram, Registry } from "./registry.ts";

const latencyBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

export interface RestClientMetrics {
  readonly requests: Counter<"code" | "method" | "host">;
  readonly duration: Histogram<"verb" | "host">;
  readonly rateLimiterDuration: Histogram<"verb" | "host">;
  readonly reachable: Gauge;
  readonly lastAnswer: Gauge;
  readonly outages: Counter;
}

export function restClientMetrics(registry: Registry): RestClientMetrics {
  return {
    requests: registry.counter({
      name: "rest_client_requests_total",
      help: "Number of HTTP requests, partitioned by status code, method, and host.",
      labels: ["code", "method", "host"],
    }),
    duration: registry.histogram({
      name: "rest_client_request_duration_seconds",
      help: "Request latency in seconds. Broken down by verb, and host.",
      labels: ["verb", "host"],
      buckets: latencyBuckets,
    }),
    rateLimiterDuration: registry.histogram({
      name: "rest_client_rate_limiter_duration_seconds",
      help: "Client side rate limiter latency in seconds. Broken down by verb, and host.",
      labels: ["verb", "host"],
      buckets: latencyBuckets,
    }),
    reachable: registry.gauge({
      name: "skerry_api_server_reachable",
      help: "Whether the API server answered the last request (1) or could not be reached (0).",
    }),
    lastAnswer: registry.gauge({
      name: "skerry_api_server_last_answer_timestamp_seconds",
      help: "When the API server answered a request last, if only to refuse it; in unix seconds.",
    }),
    outages: registry.counter({
      name: "skerry_api_server_outages_total",
      help: "How often the API server could no longer be reached.",
    }),
  };
}
