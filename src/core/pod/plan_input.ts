/** What the next step for a pod is decided from, and what such a decision is. */
import type { Instant } from "../instant.ts";
import type { Pod } from "../k8s.ts";
import type { Verdicts } from "../probe/verdict.ts";
import type { Action } from "./action.ts";
import type { BackoffPolicy } from "./backoff.ts";
import type { PodEnd, PodMemory } from "./memory.ts";
import type { Observed } from "./observed.ts";
import type { PodState } from "./state.ts";

/** All of one moment: the runtime's view, the memory and the time belong together. */
export interface PlanInput {
  /** Null: the pod was deleted, and that is certain. */
  readonly desired: Pod | null;
  /** What the API server says of the deletion of a pod that it still shows. */
  readonly deletion: Deletion | null;
  /** The pod as it was last desired; null for a leftover that this agent never knew. */
  readonly former: Pod | null;
  /** Why this node will not run the pod at all. */
  readonly refusal: PodEnd | null;
  /** The volumes and cgroups of the pod are released; it has no use for them any more. */
  readonly isReleased: boolean;
  readonly seen: Observed;
  /** What the probes of the containers that run have found. */
  readonly probes: Verdicts;
  readonly memory: PodMemory;
  readonly now: Instant;
  /** For containers that end; a failure to start carries its own delay. */
  readonly backoff: BackoffPolicy;
}

/** A deletion that the API server waits for. */
export interface Deletion {
  /** Counted from the beginning of the deletion. Undefined: the pod's own grace period counts. */
  readonly graceSeconds: number | undefined;
  /** The server has the pod's last status; before that nothing is removed that it is made from. */
  readonly isReported: boolean;
}

/** The state is the one before the actions are carried out. */
export interface Plan {
  readonly state: PodState;
  readonly memory: PodMemory;
  /** To be carried out in order; then the pod is looked at again. */
  readonly actions: readonly Action[];
  /** When to plan again though nothing happened. */
  readonly wakeAt?: Instant;
}

/** What to plan with once it is settled that the pod is wanted. */
export interface WantedInput extends PlanInput {
  readonly desired: Pod;
}
