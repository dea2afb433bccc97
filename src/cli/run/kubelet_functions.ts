/** What the kubelet's HTTPS API can ask of the agent, as functions. */
import { podLogs } from "../../agent/pod_logs.ts";
import { podView } from "../../agent/pod_view.ts";
import type { Agent } from "../../agent/agent.ts";
import type { NodeStats } from "../../agent/stats/node_stats.ts";
import { exposition } from "../../core/metrics/exposition.ts";
import { cadvisorFamilies } from "../../core/stats/cadvisor_metrics.ts";
import { resourceMetrics } from "../../core/stats/resource_metrics.ts";
import { summaryOf } from "../../core/stats/summary.ts";
import { Failed } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { LogFiles } from "../../ports/log_files.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { KubeletFunctions } from "../../server/kubelet/kubelet_functions.ts";

export interface KubeletFunctionsDeps {
  readonly agent: Agent;
  readonly stats: NodeStats;
  readonly runtime: Runtime;
  readonly logFiles: LogFiles;
  readonly log: Log;
}

export function kubeletFunctions(
  { agent, stats, logFiles, log }: KubeletFunctionsDeps,
): KubeletFunctions {
  return {
    pods: () => agent.pods.list().flatMap((record) => podView(record) ?? []),
    runningPods: () => Promise.reject(missing()),
    logs: (request, signal) => podLogs(request, { pods: agent.pods, logFiles }, signal),
    streamUrl: () => Promise.reject(missing()),
    run: () => Promise.reject(missing()),
    summary: async ({ onlyCpuAndMemory }) =>
      summaryOf(await (onlyCpuAndMemory ? stats.usage() : stats.everything())),
    configz: () => ({}),
    metrics: {
      agent: () => "",
      resource: async () => exposition(resourceMetrics(await measured(stats.usage, log))),
      cadvisor: async () => exposition(cadvisorFamilies(await measured(stats.details, log))),
      probes: () => "",
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

function missing(): Failed {
  return new Failed("this is not supported yet");
}
