/** What the next step for a pod is decided from, and what such a decision is. */
import type { Instant } from "../instant.ts";
import type { Pod } from "../k8s.ts";
import type { Action } from "./action.ts";
import type { BackoffPolicy } from "./backoff.ts";
import type { PodEnd, PodMemory } from "./memory.ts";
import type { Observed } from "./observed.ts";
import type { PodState } from "./state.ts";

/** All of one moment: the runtime's view, the memory and the time belong together. */
export interface PlanInput {
  /** Null: the pod was deleted, and that is certain. */
  readonly desired: Pod | null;
  /** The pod as it was last desired; null for a leftover that this agent never knew. */
  readonly former: Pod | null;
  /** Why this node will not run the pod at all. */
  readonly refusal: PodEnd | null;
  readonly seen: Observed;
  readonly memory: PodMemory;
  readonly now: Instant;
  /** For containers that end; a failure to start carries its own delay. */
  readonly backoff: BackoffPolicy;
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
