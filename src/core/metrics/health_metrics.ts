/** What came of health checks, by Kubernetes' names: an exposition of its own, /metrics/slis. */
import type { Counter, Gauge, Registry } from "./registry.ts";

export interface HealthMetrics {
  /** Of the last time: 1 passed, 0 failed. `type` is the page, `healthz`. */
  readonly last: Gauge<"name" | "type">;
  readonly total: Counter<"name" | "type" | "status">;
}

/** @see https://kubernetes.io/docs/reference/instrumentation/slis/ */
export function healthMetrics(registry: Registry): HealthMetrics {
  return {
    last: registry.gauge({
      name: "kubernetes_healthcheck",
      help: "This metric records the result of a single healthcheck.",
      labels: ["name", "type"],
    }),
    total: registry.counter({
      name: "kubernetes_healthchecks_total",
      help: "This metric records the results of all healthcheck.",
      labels: ["name", "type", "status"],
    }),
  };
}
