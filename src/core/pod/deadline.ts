/** How long a pod may be active on its node. @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup */
import { type Instant, second } from "../instant.ts";
import type { Pod } from "../k8s.ts";
import type { PodEnd, PodMemory } from "./memory.ts";

/** When the pod's time is over; Infinity where it has no deadline. */
export function deadline(
  { spec }: Pod,
  { startTime, clockMovedMs = 0 }: Pick<PodMemory, "startTime" | "clockMovedMs">,
): Instant {
  const seconds = spec.activeDeadlineSeconds;
  return seconds === undefined ? Infinity : startTime + clockMovedMs + seconds * second;
}

/** The end of a pod whose time is over, in the kubelet's words. Its containers get their whole grace period. */
export function deadlineEnd({ spec }: Pod, now: Instant): PodEnd {
  return {
    reason: "DeadlineExceeded",
    message: "Pod was active on the node longer than the specified deadline",
    at: now,
    graceSeconds: spec.terminationGracePeriodSeconds,
  };
}
