/** What is measured of the kubelet's HTTPS API besides what the kubelet measures of it: Skerry's own metrics. */
import type { Counter, Registry } from "./registry.ts";

export interface ApiMetrics {
  readonly refusals: Counter<"code">;
}

export function apiMetrics(registry: Registry): ApiMetrics {
  return {
    refusals: registry.counter({
      name: "skerry_kubelet_api_refusals_total",
      help:
        "Requests to the kubelet API that were refused: 401 nobody knows who it is, 403 they may not, 500 it could not be asked.",
      labels: ["code"],
    }),
  };
}
