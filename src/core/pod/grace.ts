/** How long containers get to end by themselves. */
import { second } from "../instant.ts";

/** Everybody gets this long, whatever the pod says and however late it is. */
const minimumSeconds = 2;

/**
 * What is left of a pod's grace period: containers that end one after another share it.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow
 */
export function remainingGrace(
  { wholeSeconds, elapsedMs }: { readonly wholeSeconds: number; readonly elapsedMs: number },
): number {
  const elapsed = Math.max(0, Math.floor(elapsedMs / second));
  return Math.max(wholeSeconds - elapsed, minimumSeconds);
}
