/** A pod's whole status, made anew from what is seen and remembered. */
import { rfc3339 } from "../instant.ts";
import type { K8sContainerStatus, PodStatus } from "../k8s.ts";
import { conditions, type ConditionsInput } from "./conditions.ts";
import { containerStatus } from "./container_status.ts";
import { isAlive, liveSandbox, type Observed } from "./observed.ts";
import { type Phase, phase } from "./phase.ts";
import { isInitialized } from "./plan_containers.ts";
import { podIps } from "./pod_ips.ts";
import { qosClass } from "./qos.ts";
import type { StatusInput } from "./status_input.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus */
export function podStatus(input: StatusInput): PodStatus {
  const { pod, end, memory } = input;
  if (isRefused(input)) return refusedStatus(input);
  const { initContainers = [], containers } = pod.spec;
  const init = initContainers.map((each) => containerStatus(input, each, { isInit: true }));
  const main = containers.map((each) => containerStatus(input, each, { isInit: false }));
  const initialized = hasInitialized(input);
  const outcome = end === null ? phase({ pod, init, main, initialized }) : "Failed";
  const stopping = isFinal(outcome) && [...init, ...main].some(isRunning);
  const phaseNow = stopping ? phaseBefore(input) : outcome;
  return {
    phase: phaseNow,
    ...(end === null || stopping ? {} : { reason: end.reason, message: end.message }),
    conditions: podConditions(input, { phase: phaseNow, init, main }),
    ...addresses(input),
    startTime: rfc3339(memory.startTime),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: main,
    qosClass: qosClass(pod),
  };
}

/** Nothing was ever done for such a pod, so there is nothing to tell but the reason. */
function isRefused({ end, memory, seen }: StatusInput): boolean {
  return end !== null && memory.end === undefined && !seen.containers.some(isAlive);
}

function refusedStatus({ pod, end, memory }: StatusInput): PodStatus {
  return {
    phase: "Failed",
    reason: end?.reason ?? "",
    message: end?.message ?? "",
    startTime: rfc3339(memory.startTime),
    qosClass: qosClass(pod),
  };
}

function hasInitialized({ pod, seen }: StatusInput): boolean {
  const sandbox = liveSandbox(seen);
  return sandbox !== undefined && isInitialized(pod, seen, sandbox.id);
}

function isFinal(phase: Phase): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

function isRunning({ state }: K8sContainerStatus): boolean {
  return state?.running !== undefined;
}

/** Nobody may take a pod for done while one of its containers, a sidecar perhaps, still runs. */
function phaseBefore({ previous }: StatusInput): Phase {
  return previous?.phase === "Pending" ? "Pending" : "Running";
}

function podConditions(
  { pod, seen, now, previous }: StatusInput,
  made: Pick<ConditionsInput, "phase" | "init" | "main">,
): NonNullable<PodStatus["conditions"]> {
  const sandbox = sandboxState(seen);
  return conditions({ pod, now, sandbox, previous: previous?.conditions ?? [], ...made });
}

function sandboxState(seen: Observed): ConditionsInput["sandbox"] {
  if (seen.sandboxes.length === 0) return "Missing";
  return liveSandbox(seen) === undefined ? "NotReady" : "Ready";
}

function addresses(
  { pod, seen, nodeIps, previous }: StatusInput,
): Pick<PodStatus, "hostIP" | "hostIPs" | "podIP" | "podIPs"> {
  // A pod without a sandbox keeps showing the addresses that it had.
  const before = (previous?.podIPs ?? []).map(({ ip }) => ip);
  const sandboxIps = liveSandbox(seen)?.ips ?? before;
  const own = podIps({ spec: pod.spec, sandboxIps, nodeIps });
  return {
    ...(nodeIps[0] === undefined ? {} : { hostIP: nodeIps[0], hostIPs: asList(nodeIps) }),
    ...(own[0] === undefined ? {} : { podIP: own[0], podIPs: asList(own) }),
  };
}

function asList(ips: readonly string[]): readonly { readonly ip: string }[] {
  return ips.map((ip) => ({ ip }));
}
