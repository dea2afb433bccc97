/** What the kubelet's HTTPS API can ask of the agent, as functions. */
import { podLogs } from "../../agent/pod_logs.ts";
import { podViews } from "../../agent/pod_view.ts";
import { podStreamUrl, runInPod } from "../../agent/pod_streams.ts";
import type { Agent } from "../../agent/agent.ts";
import type { NodeStats } from "../../agent/stats/node_stats.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { exposition } from "../../core/metrics/exposition.ts";
import { cadvisorFamilies } from "../../core/stats/cadvisor_metrics.ts";
import { resourceMetrics } from "../../core/stats/resource_metrics.ts";
import { summaryOf } from "../../core/stats/summary.ts";
import { NotFound } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { ContainerRecord } from "../../core/cri/types.ts";
import { type RunningPod, runningPods } from "../../core/pod/running_pods.ts";
import type { LogFiles } from "../../ports/log_files.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { KubeletFunctions } from "../../server/kubelet/kubelet_functions.ts";

export interface KubeletFunctionsDeps {
  readonly agent: Agent;
  readonly stats: NodeStats;
  readonly runtime: Runtime;
  readonly logFiles: LogFiles;
  readonly log: Log;
  readonly metrics: AgentMetrics;
  /** Configuration in use. */
  readonly configz: unknown;
}

export function kubeletFunctions(
  { agent, stats, runtime, logFiles, log, metrics, configz }: KubeletFunctionsDeps,
): KubeletFunctions {
  const { pods } = agent;
  return {
    pods: () => podViews(pods),
    runningPods: () => podsOf(runtime),
    logs: (request, signal) => podLogs(request, { pods, logFiles }, signal),
    streamUrl: (request) => podStreamUrl(request, { pods, runtime }),
    run: (target, command, signal) =>
      runInPod(target, { command, ...(signal && { signal }) }, { pods, runtime }),
    summary: async ({ onlyCpuAndMemory }) =>
      summaryOf(await (onlyCpuAndMemory ? stats.usage() : stats.everything())),
    configz: () => configz,
    metrics: {
      agent: () => exposition(metrics.registry.families()),
      resource: async () => exposition(resourceMetrics(await measured(stats.usage, log))),
      cadvisor: async () => exposition(cadvisorFamilies(await measured(stats.details, log))),
      probes: () => exposition(metrics.probeRegistry.families()),
      slis: () => exposition(metrics.healthRegistry.families()),
    },
  };
}

/** A scrape that fails says so in its answer. */
async function measured<T>(measure: () => Promise<T>, log: Log): Promise<T | null> {
  try {
    return await measure();
  } catch (err) {
    log.error("Could not measure the node", { err });
    return null;
  }
}

/** One that ends meanwhile is none of them. */
async function podsOf(runtime: Runtime): Promise<readonly RunningPod[]> {
  const [sandboxes, all] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()]);
  const running = all.filter(({ state }) => state === "Running");
  const containers = await Promise.all(running.map(({ id }) => recordOrNull(runtime, id)));
  return runningPods({ sandboxes, containers: containers.filter((each) => each !== null) });
}

async function recordOrNull(runtime: Runtime, id: string): Promise<ContainerRecord | null> {
  try {
    return await runtime.container(id);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
