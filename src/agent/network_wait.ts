/** Holds a pod up while the runtime has no network for it, as the kubelet does. */
import type { Pod } from "../core/k8s.ts";
import type { PodEvents } from "./events/pod_events.ts";

export interface NetworkWaitDeps {
  readonly events: PodEvents;
  /** What keeps pods from having a network; null: nothing does. */
  readonly networkProblem: (signal: AbortSignal) => Promise<string | null>;
}

/** Whether nothing may be done for a pod that has something to do; an event says so each time. On the host's network it may. */
export async function waitsForNetwork(
  pod: Pod,
  { events, networkProblem }: NetworkWaitDeps,
  signal: AbortSignal,
): Promise<boolean> {
  if (pod.spec.hostNetwork === true) return false;
  const problem = await networkProblem(signal);
  if (problem === null) return false;
  const message = `network is not ready: ${problem}`;
  events.warning(pod.metadata, { reason: "NetworkNotReady", message });
  return true;
}
