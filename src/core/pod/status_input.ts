/** What a pod's status is made from. */
import type { Instant } from "../instant.ts";
import type { Pod, PodStatus } from "../k8s.ts";
import type { Verdicts } from "../probe/verdict.ts";
import type { BackoffPolicy } from "./backoff.ts";
import type { PodEnd, PodMemory } from "./memory.ts";
import type { Observed } from "./observed.ts";

/** All of one moment: the runtime's view, the memory and the time belong together. */
export interface StatusInput {
  readonly pod: Pod;
  readonly seen: Observed;
  /** What the probes of the containers that run have found. */
  readonly probes: Verdicts;
  readonly memory: PodMemory;
  /** Why the pod was refused or evicted, if it was. */
  readonly end: PodEnd | null;
  /** Nothing will be started again: the pod has finished, was ended, or goes. */
  readonly ended: boolean;
  /** The pod is being deleted. */
  readonly isDeleted: boolean;
  readonly now: Instant;
  /** Tells whether a container that is to restart is said to be in CrashLoopBackOff. */
  readonly backoff: BackoffPolicy;
  /** The node's own addresses; the first one is `hostIP`. */
  readonly nodeIps: readonly string[];
  /** The status before this one, be it the one that the API server has: phase, addresses and times of transitions go on from it. */
  readonly previous: PodStatus | undefined;
}
