/** What the kubelet's HTTPS API can ask of the agent, as functions. */
import { podLogs } from "../../agent/pod_logs.ts";
import { podView } from "../../agent/pod_view.ts";
import type { Agent } from "../../agent/agent.ts";
import { Failed } from "../../ports/errors.ts";
import type { LogFiles } from "../../ports/log_files.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { KubeletFunctions } from "../../server/kubelet/kubelet_functions.ts";

export interface KubeletFunctionsDeps {
  readonly agent: Agent;
  readonly runtime: Runtime;
  readonly logFiles: LogFiles;
}

export function kubeletFunctions({ agent, logFiles }: KubeletFunctionsDeps): KubeletFunctions {
  return {
    pods: () => agent.pods.list().flatMap((record) => podView(record) ?? []),
    runningPods: () => Promise.reject(missing()),
    logs: (request, signal) => podLogs(request, { pods: agent.pods, logFiles }, signal),
    streamUrl: () => Promise.reject(missing()),
    run: () => Promise.reject(missing()),
    summary: () => Promise.reject(missing()),
    configz: () => ({}),
    metrics: {
      agent: () => "",
      resource: () => Promise.reject(missing()),
      cadvisor: () => Promise.reject(missing()),
      probes: () => "",
    },
  };
}

function missing(): Failed {
  return new Failed("this is not supported yet");
}
