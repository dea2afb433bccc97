/** What the agent holds of one pod while it is on the node. */
import type { Pod, PodStatus } from "../core/k8s.ts";
import {
  newMemory,
  type PodEnd,
  type PodMemory,
  rememberPhase,
  terminalPhase,
} from "../core/pod/memory.ts";
import { believedMemory } from "../core/pod/memory_times.ts";
import { nothing, type Observed } from "../core/pod/observed.ts";
import type { PodState } from "../core/pod/state.ts";
import { isStaticPod } from "../core/pod/static_pod.ts";
import { noVerdicts, type Verdicts } from "../core/probe/verdict.ts";
import type { ClocksAtLook } from "./clock_steps.ts";
import type { EventSubject } from "./events/pod_events.ts";

/** Changed by the agent (what is desired), the prober (`probes`) and the pod's worker (all else), never by two at a time. */
export interface PodRecord {
  readonly uid: string;
  /** The newest version of it that is known. */
  subject: EventSubject;
  /** Null: deleted, or a leftover of an earlier agent. */
  desired: Pod | null;
  /** The newest version of it that is known. */
  former: Pod | null;
  /** The API server shows the pod, and waits for its end where it is deleted. */
  isOnServer: boolean;
  /** Why this node will not run the pod. */
  refusal: PodEnd | null;
  /** Whether this node may run the pod is not known yet. */
  undecided: boolean;
  /** How well the Node is known that the pod was judged by. */
  judgedBy: "NodeAsSeen" | "NodeAskedFor" | "NodeOfNow";
  memory: PodMemory;
  /** The memory as the store has it. */
  savedMemory: PodMemory | null;
  seen: Observed;
  /** When that was seen; null: it was not looked at yet. */
  lookedAt: ClocksAtLook | null;
  /** On the containers that run. */
  probes: Verdicts;
  state: PodState | null;
  status: PodStatus | undefined;
  /** The status is the last one: nothing of the pod runs any more. */
  isFinal: boolean;
  /** Its volumes and cgroups are released. */
  isReleased: boolean;
  /** The end has begun; a pod that is wanted again must be gone first. */
  terminating: boolean;
  /** An end that came from outside, until the worker takes it into the memory. */
  eviction: PodEnd | null;
  /** Aborts what only serves the pod's start. */
  readonly kill: AbortController;
  /** Aborts the wait for containers to end: they are to be asked anew, with another grace period. */
  hurry: AbortController;
}

/** The newest version of the pod that is known, whether it is still wanted or not. */
export function newestPod({ desired, former }: Pick<PodRecord, "desired" | "former">): Pod | null {
  return desired ?? former;
}

/** A record for a pod that was never worked on by this process. */
export function newRecord(
  about: {
    readonly subject: EventSubject;
    readonly pod: Pod | null;
    readonly memory: PodMemory | undefined;
    readonly now: number;
  },
): PodRecord {
  return {
    uid: about.subject.uid,
    subject: about.subject,
    desired: isDeleted(about.pod) ? null : about.pod,
    former: about.pod,
    isOnServer: about.pod !== null && !isStaticPod(about.pod),
    refusal: null,
    undecided: false,
    judgedBy: "NodeAsSeen",
    memory: memoryOf(about),
    savedMemory: about.memory ?? null,
    seen: nothing,
    lookedAt: null,
    probes: noVerdicts,
    state: null,
    status: undefined,
    isFinal: false,
    isReleased: false,
    terminating: isDeleted(about.pod),
    eviction: null,
    kill: new AbortController(),
    hurry: new AbortController(),
  };
}

/** Whether the pod was bound to the node by the API server; a leftover whose manifest nobody knows was not. */
export function isOfServer({ former }: PodRecord): boolean {
  return former !== null && !isStaticPod(former);
}

/** Whether nothing of the pod is left on the node. */
export function isGone({ state }: Pick<PodRecord, "state">): boolean {
  return state?.kind === "Gone";
}

/** Whether the pod is to end: nobody names it any more, or the API server says so. */
export function isDeleted(pod: Pod | null): boolean {
  return pod === null || pod.metadata.deletionTimestamp !== undefined;
}

/** A wanted pod is not being stopped, though an earlier agent may have begun to. */
function memoryOf(
  { pod, memory, now }: {
    readonly pod: Pod | null;
    readonly memory: PodMemory | undefined;
    readonly now: number;
  },
): PodMemory {
  const hasDeadline = pod?.spec.activeDeadlineSeconds !== undefined;
  const told = memory ?? newMemory(startTimeOf(pod) ?? now);
  const known = believedMemory(told, { now, hasDeadline });
  const phase = terminalPhase(pod?.status?.phase);
  const whole = phase === undefined ? known : rememberPhase(known, phase);
  if (isDeleted(pod) || whole.stoppingSince === undefined) return whole;
  const { stoppingSince: _stopping, ...rest } = whole;
  return rest;
}

/** As the API server has it, which heard of it from an earlier agent. */
function startTimeOf(pod: Pod | null): number | undefined {
  const at = Date.parse(pod?.status?.startTime ?? "");
  return Number.isNaN(at) ? undefined : at;
}

/** The subject of a pod's events. */
export function subjectOf({ metadata }: Pod): EventSubject {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { namespace, name, uid, ...(resourceVersion !== undefined && { resourceVersion }) };
}
