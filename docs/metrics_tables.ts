/** Writes the tables of docs/metrics.md from the metrics that the agent has; `deno task docs` runs it. */
import { registerAgentReadings } from "../src/agent/metrics/agent_readings.ts";
import { type AgentMetrics, createAgentMetrics } from "../src/core/metrics/agent_metrics.ts";
import type { MetricDefinition } from "../src/core/metrics/registry.ts";
import { table, type Tables, withMadeTables } from "./made_tables.ts";
import { LEFT_OUT } from "./metrics_left_out.ts";

/** The page that holds the tables between its own words. */
export const metricsPage = new URL("metrics.md", import.meta.url);

/** Where a metric of the kubelet's is not quite what the kubelet makes of it. */
const REMARKS: Readonly<Record<string, string>> = {
  kubelet_active_pods: "read with the scrape",
  kubelet_admission_rejections_total:
    "with every reason by its name, `UnsupportedField` among them, in place of `Other`",
  kubelet_certificate_manager_client_expiration_renew_errors:
    "an attempt that got no answer or a refusal",
  kubelet_cgroup_manager_duration_seconds:
    "`update` (makes or changes, for one call does both) and `destroy`",
  kubelet_evictions: "for the limits that pods have on the disk",
  kubelet_image_pull_duration_seconds: "without the wait for its turn",
  kubelet_pleg_last_seen_seconds: "the last look at any pod",
  kubelet_pleg_pod_relist_duration_seconds: "each look at a pod",
  kubelet_pleg_relist_interval_seconds:
    "of the looks at all pods though nothing was heard of them, which are rare",
  kubelet_pod_start_duration_seconds: "only pods that this agent has seen come",
  kubelet_pod_start_sli_duration_seconds: "likewise, and only those of the API server",
  kubelet_pod_start_total_duration_seconds: "likewise, and only those of the API server",
  kubelet_pod_worker_duration_seconds:
    "`create` (the first look), `kill` (it was deleted) and `sync` (all others)",
  kubelet_runtime_operations_total: "an import of an image archive is no call of CRI",
  kubelet_running_containers: "those of this agent's pods",
  kubelet_running_pods: "those of this agent",
  kubelet_started_containers_errors_total: "`code` is the reason that the container waits with",
  kubelet_terminated_containers_total: "those whose end was seen by this agent",
  process_cpu_seconds_total: "of the agent alone",
};

const { agent, probes, health } = definitions();
const isOurs = ({ name }: MetricDefinition): boolean => name.startsWith("skerry_");

const TABLES: Tables = {
  "the kubelet's": () =>
    table(
      ["name", "type", "labels", "remark"],
      agent.filter((each) => !isOurs(each)).map((each) => [...row(each), REMARKS[each.name] ?? ""]),
    ),
  "Skerry's": () =>
    table(
      ["name", "type", "labels", "meaning"],
      agent.filter(isOurs).map((each) => [...row(each), each.help]),
    ),
  "probes": () =>
    table(["name", "type", "labels"], probes.filter((each) => !isOurs(each)).map(row)),
  "health": () => table(["name", "type", "labels"], health.map(row)),
  "left out": () =>
    table(
      ["name", "why"],
      LEFT_OUT.map(({ names, why }) => [names.map((name) => `\`${name}\``).join(", "), why]),
    ),
};

/** Every metric of /metrics, of /metrics/probes and of /metrics/slis, by name. */
export function definitions(): {
  readonly agent: readonly MetricDefinition[];
  readonly probes: readonly MetricDefinition[];
  readonly health: readonly MetricDefinition[];
} {
  const { registry, probeRegistry, healthRegistry }: AgentMetrics = createAgentMetrics();
  registerAgentReadings(registry, {
    agent: {
      pods: { list: () => [], busy: () => 0 },
      sources: () => [],
      journal: () => null,
      rebootVerdict: () => null,
      puller: { active: () => [] },
    },
    storeState: () => ({ problem: null, writtenBytes: null }),
    nodeName: "",
    inCluster: false,
    cgroupVersion: 2,
    certificates: () => [],
    processUse: () => null,
    startedAt: 0,
    now: () => 0,
  });
  return {
    agent: byName(registry.definitions()),
    probes: byName(probeRegistry.definitions()),
    health: byName(healthRegistry.definitions()),
  };
}

function byName(all: readonly MetricDefinition[]): readonly MetricDefinition[] {
  return all.toSorted((a, b) => a.name < b.name ? -1 : 1);
}

function row({ name, type, labels }: MetricDefinition): readonly string[] {
  return [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(", ")];
}

/** The page with its tables made anew. */
export function withMetricsTables(page: string): string {
  return withMadeTables(page, { maker: "docs/metrics_tables.ts", tables: TABLES });
}

/** Makes the tables of the page anew, where it lies. */
export async function writeMetricsTables(): Promise<void> {
  await Deno.writeTextFile(metricsPage, withMetricsTables(await Deno.readTextFile(metricsPage)));
}
