/** What happened to a pod, in the words of the kubelet's events. */
import type { Instant } from "./instant.ts";

/** A message about a pod, a container of it (`fieldPath`), or the node when there is no pod. */
export interface PodEvent {
  readonly type: "Normal" | "Warning";
  /** Pulling, Pulled, Created, Started, Killing, BackOff, Failed, FailedCreatePodSandBox, … */
  readonly reason: string;
  readonly message: string;
  readonly namespace: string;
  readonly name: string;
  /** "" for a Node that is not known yet. */
  readonly uid: string;
  /** The object's, as it was then; where it is known. */
  readonly resourceVersion?: string;
  /** `spec.containers{NAME}`, or with `initContainers` or `ephemeralContainers`; "" for the pod itself. */
  readonly fieldPath: string;
}

/** An event as it is kept: repetitions are counted, not listed. */
export interface RecordedEvent extends PodEvent {
  readonly sequence: number;
  readonly count: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}
