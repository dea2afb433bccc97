/** What the agent holds of one pod while it is on the node. */
import type { Pod, PodStatus } from "../core/k8s.ts";
import { newMemory, type PodEnd, type PodMemory } from "../core/pod/memory.ts";
import { nothing, type Observed } from "../core/pod/observed.ts";
import type { PodState } from "../core/pod/state.ts";
import type { EventSubject } from "./pod_events.ts";

/** Changed by the agent (what is desired) and by the pod's worker (all else), never by two at a time. */
export interface PodRecord {
  readonly uid: string;
  readonly subject: EventSubject;
  /** Null: deleted, or a leftover of an earlier agent. */
  desired: Pod | null;
  former: Pod | null;
  /** Why this node will not run the pod. */
  refusal: PodEnd | null;
  /** Whether this node may run the pod is not known yet. */
  undecided: boolean;
  memory: PodMemory;
  /** The memory as the store has it. */
  savedMemory: PodMemory | null;
  seen: Observed;
  state: PodState | null;
  status: PodStatus | undefined;
  /** The end has begun; a pod that is wanted again must be gone first. */
  terminating: boolean;
  /** An end that came from outside, until the worker takes it into the memory. */
  eviction: PodEnd | null;
  /** Aborts what only serves the pod's start. */
  readonly kill: AbortController;
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
    desired: about.pod,
    former: about.pod,
    refusal: null,
    undecided: false,
    memory: memoryOf(about),
    savedMemory: about.memory ?? null,
    seen: nothing,
    state: null,
    status: undefined,
    terminating: about.pod === null,
    eviction: null,
    kill: new AbortController(),
  };
}

/** A wanted pod is not being stopped, though an earlier agent may have begun to. */
function memoryOf(
  { pod, memory, now }: {
    readonly pod: Pod | null;
    readonly memory: PodMemory | undefined;
    readonly now: number;
  },
): PodMemory {
  if (memory === undefined) return newMemory(now);
  const { stoppingSince: _stopping, ...rest } = memory;
  return pod === null ? memory : rest;
}

/** The subject of a pod's events. */
export function subjectOf({ metadata }: Pod): EventSubject {
  return { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}
