/** A pod's whole status, made anew from what is seen and remembered. */
import { rfc3339 } from "../instant.ts";
import type { Pod, PodStatus } from "../k8s.ts";
import { conditions, type ConditionsInput } from "./conditions.ts";
import { containerStatus } from "./container_status.ts";
import { finalStatus } from "./final_status.ts";
import { type PodEnd, terminalPhase } from "./memory.ts";
import { isAlive, isDown, liveSandbox, type Observed } from "./observed.ts";
import { type Phase, phase } from "./phase.ts";
import { isInitialized } from "./plan_containers.ts";
import { podIps } from "./pod_ips.ts";
import { podResourcesStatus } from "./pod_resources_status.ts";
import { qosClass } from "./qos.ts";
import { endOf } from "./run_ends.ts";
import type { StatusInput } from "./status_input.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus */
export function podStatus(input: StatusInput): PodStatus {
  if (isRefused(input)) return refusedStatus(input);
  const status = presentStatus(input);
  if (!isOver(input)) return status;
  return finalStatus(input.pod, status, { stopped: stoppedContainers(input) });
}

/** Those that ended because they were told to, whatever their exit code says. */
function stoppedContainers({ seen, memory }: StatusInput): readonly string[] {
  const since = memory.stoppingSince ?? Infinity;
  return seen.containers.filter((run) => endOf(run) >= since).map(({ name }) => name);
}

function presentStatus(input: StatusInput): PodStatus {
  const { pod, end, memory, seen } = input;
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  const init = initContainers.map((each) => containerStatus(input, each, "Init"));
  const main = containers.map((each) => containerStatus(input, each, "Main"));
  const ephemeral = ephemeralContainers.map((each) => containerStatus(input, each, "Ephemeral"));
  const initialized = hasInitialized(input);
  const natural = phase({ pod, init, main, initialized, isOver: isOver(input) });
  const outcome = end === null ? memory.phase ?? natural : "Failed";
  const stopping = isFinal(outcome) && !isDown(seen);
  // What the API server has said of the end is not taken back.
  const phaseNow = terminalPhase(pod.status?.phase) ?? (stopping ? phaseBefore(input) : outcome);
  return {
    phase: phaseNow,
    ...(end === null || !isFinal(phaseNow) ? reasonBefore(input, phaseNow) : reasonOf(end)),
    ...generation(pod),
    conditions: podConditions(input, { phase: outcome, init, main }),
    ...addresses(input),
    startTime: rfc3339(memory.startTime),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: main,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
    qosClass: qosClass(pod),
    ...podResourcesStatus(pod),
  };
}

/** Nothing was ever done for such a pod, so there is nothing to tell but the reason. */
function isRefused({ end, memory, seen, isDeleted }: StatusInput): boolean {
  return end !== null && memory.end === undefined && !isDeleted && !seen.containers.some(isAlive);
}

function refusedStatus({ pod, end, memory }: StatusInput): PodStatus {
  return {
    phase: "Failed",
    reason: end?.reason ?? "",
    message: end?.message ?? "",
    ...generation(pod),
    startTime: rfc3339(memory.startTime),
    qosClass: qosClass(pod),
  };
}

/** Nothing of the pod is up, not even its network, and nothing will be. */
function isOver({ ended, seen }: StatusInput): boolean {
  return ended && isDown(seen);
}

function reasonOf({ reason, message }: PodEnd): Pick<PodStatus, "reason" | "message"> {
  return { reason, message };
}

/** What was said of a phase stays said for as long as it lasts, whoever has said it. */
function reasonBefore(
  { pod, previous }: StatusInput,
  phase: Phase,
): Pick<PodStatus, "reason" | "message"> {
  const said = [previous, pod.status].filter((status) => status?.phase === phase);
  const reason = said.map((status) => status?.reason).find(Boolean);
  const message = said.map((status) => status?.message).find(Boolean);
  return { ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
}

/** Which version of the pod the status is about; manifests have no versions. */
function generation({ metadata }: Pod): Pick<PodStatus, "observedGeneration"> {
  return metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
}

function hasInitialized({ pod, seen }: StatusInput): boolean {
  const sandbox = liveSandbox(seen);
  return sandbox !== undefined && isInitialized(pod, seen, sandbox.id);
}

function isFinal(phase: Phase): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

/** Nobody may take a pod for done while something of it, a sidecar or its network, is still there. */
function phaseBefore({ previous }: StatusInput): Phase {
  return previous?.phase === "Pending" ? "Pending" : "Running";
}

function podConditions(
  input: StatusInput,
  made: Pick<ConditionsInput, "phase" | "init" | "main">,
): NonNullable<PodStatus["conditions"]> {
  const { pod, seen, now, end, previous } = input;
  return conditions({
    pod,
    now,
    sandbox: sandboxState(seen),
    disruption: isOver(input) ? end?.disruption : undefined,
    previous: previous?.conditions ?? [],
    ...made,
  });
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
