/** A pod's conditions. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions */
import { type Instant, rfc3339 } from "../instant.ts";
import {
  isSidecar,
  type K8sContainerStatus,
  type Pod,
  type PodCondition,
  type PodStatus,
} from "../k8s.ts";
import type { Phase } from "./phase.ts";

export interface ConditionsInput {
  readonly pod: Pod;
  readonly phase: Phase;
  /** The statuses of init containers and sidecars. */
  readonly init: readonly K8sContainerStatus[];
  readonly main: readonly K8sContainerStatus[];
  /** The newest sandbox. */
  readonly sandbox: "Ready" | "NotReady" | "Missing";
  /** What is said of a pod that has been ended for the sake of others. */
  readonly disruption: string | undefined;
  readonly now: Instant;
  /** The conditions that were last given, for the times of their transitions. */
  readonly previous: readonly PodCondition[];
}

interface Verdict {
  readonly type: string;
  readonly holds: boolean;
  readonly reason?: string;
  readonly message?: string;
}

/** All conditions; a transition time changes only when its status does. */
export function conditions(input: ConditionsInput): readonly PodCondition[] {
  const containersReady = ready(input);
  const verdicts: readonly Verdict[] = [
    readyToStart(input),
    initialized(input),
    { ...(containersReady.holds ? gatesOpen(input.pod) : containersReady), type: "Ready" },
    containersReady,
    { type: "PodScheduled", holds: true },
    ...disruptionTarget(input),
  ];
  return verdicts.map((verdict) => condition(verdict, input));
}

/** The status with the times of conditions that were the same before. */
export function withTimesOf(status: PodStatus, before: PodStatus): PodStatus {
  const conditions = (status.conditions ?? []).map((each) => {
    const same = before.conditions?.find(({ type }) => type === each.type);
    return same?.status === each.status && same.lastTransitionTime !== undefined
      ? { ...each, lastTransitionTime: same.lastTransitionTime }
      : each;
  });
  return status.conditions === undefined ? status : { ...status, conditions };
}

function condition({ holds, ...verdict }: Verdict, input: ConditionsInput): PodCondition {
  const status = holds ? "True" : "False";
  const before = input.previous.find(({ type }) => type === verdict.type);
  const kept = before?.status === status ? before.lastTransitionTime : undefined;
  const { generation } = input.pod.metadata;
  return {
    ...verdict,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status,
    lastTransitionTime: kept ?? rfc3339(input.now),
  };
}

function readyToStart({ sandbox }: ConditionsInput): Verdict {
  const type = "PodReadyToStartContainers";
  if (sandbox === "Ready") return { type, holds: true };
  return {
    type,
    holds: false,
    reason: "PodSandboxNotReady",
    message: sandbox === "Missing" ? "no pod sandbox exists" : "pod sandbox is not ready",
  };
}

function initialized({ pod, phase, init, main }: ConditionsInput): Verdict {
  const type = "Initialized";
  if (phase === "Succeeded") return { type, holds: true, reason: "PodCompleted" };
  const started = main.some(({ state }) => state?.waiting === undefined);
  const missing = started ? [] : init.filter((status) => !isDone(pod, status)).map((s) => s.name);
  if (missing.length === 0) return { type, holds: true };
  return {
    type,
    holds: false,
    reason: "ContainersNotInitialized",
    message: `containers with incomplete status: [${missing.join(" ")}]`,
  };
}

function isDone(pod: Pod, status: K8sContainerStatus): boolean {
  const container = pod.spec.initContainers?.find(({ name }) => name === status.name);
  const sidecar = container !== undefined && isSidecar(container);
  return sidecar ? status.started === true : status.ready;
}

/** @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions */
function disruptionTarget({ disruption }: ConditionsInput): readonly Verdict[] {
  if (disruption === undefined) return [];
  const type = "DisruptionTarget";
  return [{ type, holds: true, reason: "TerminationByKubelet", message: disruption }];
}

function ready({ pod, phase, init, main }: ConditionsInput): Verdict {
  const type = "ContainersReady";
  if (phase === "Succeeded") return { type, holds: false, reason: "PodCompleted" };
  if (phase === "Failed") return { type, holds: false, reason: "PodFailed" };
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const watched = [...init.filter(({ name }) => sidecars.includes(name)), ...main];
  const unready = watched.filter((status) => !status.ready).map(({ name }) => name);
  if (unready.length === 0) return { type, holds: true };
  return {
    type,
    holds: false,
    reason: "ContainersNotReady",
    message: `containers with unready status: [${unready.join(" ")}]`,
  };
}

/** Whether others say, by conditions of theirs, that the pod may be sent traffic. */
function gatesOpen({ spec, status }: Pod): Omit<Verdict, "type"> {
  const messages = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = status?.conditions?.find(({ type }) => type === conditionType);
    const name = JSON.stringify(conditionType);
    if (gate === undefined) {
      return [`corresponding condition of pod readiness gate ${name} does not exist.`];
    }
    if (gate.status === "True") return [];
    return [`the status of pod readiness gate ${name} is not "True", but ${gate.status}`];
  });
  if (messages.length === 0) return { holds: true };
  return { holds: false, reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}
