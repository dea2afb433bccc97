/** All that the agent measures while it works. Parts of it are handed to those who measure; nothing of it is global. */
import { type ApiMetrics, apiMetrics } from "./api_metrics.ts";
import { type CertificateMetrics, certificateMetrics } from "./certificate_metrics.ts";
import { type HealthMetrics, healthMetrics } from "./health_metrics.ts";
import { type PodMetrics, podMetrics } from "./pod_metrics.ts";
import { type ProbeMetrics, probeMetrics } from "./probe_metrics.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { type RestClientMetrics, restClientMetrics } from "./rest_client_metrics.ts";
import { type RuntimeMetrics, runtimeMetrics } from "./runtime_metrics.ts";
import { type ProcessMetrics, processMetrics } from "./process_metrics.ts";
import { type TunnelMetrics, tunnelMetrics } from "./tunnel_metrics.ts";

export interface AgentMetrics {
  /** Shown by /metrics. */
  readonly registry: Registry;
  /** Shown by /metrics/probes. */
  readonly probeRegistry: Registry;
  /** Shown by /metrics/slis. */
  readonly healthRegistry: Registry;
  readonly pods: PodMetrics;
  readonly probes: ProbeMetrics;
  readonly runtime: RuntimeMetrics;
  readonly kube: RestClientMetrics;
  readonly process: ProcessMetrics;
  readonly api: ApiMetrics;
  readonly certificates: CertificateMetrics;
  readonly tunnel: TunnelMetrics;
  readonly health: HealthMetrics;
}

export function createAgentMetrics(): AgentMetrics {
  const registry = createRegistry();
  const probeRegistry = createRegistry();
  const healthRegistry = createRegistry();
  return {
    registry,
    probeRegistry,
    healthRegistry,
    pods: podMetrics(registry),
    probes: probeMetrics(probeRegistry),
    runtime: runtimeMetrics(registry),
    kube: restClientMetrics(registry),
    process: processMetrics(registry),
    api: apiMetrics(registry),
    certificates: certificateMetrics(registry),
    tunnel: tunnelMetrics(registry),
    health: healthMetrics(healthRegistry),
  };
}
