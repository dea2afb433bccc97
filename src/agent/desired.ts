/** Merges what the sources want into one set, and says when a pod that is missing may be called deleted. */
import { type Pod, podKey } from "../core/k8s.ts";
import type { SourceSnapshot } from "../ports/pod_source.ts";

export interface Desired {
  /** All pods wanted, by UID. Of two with one name, the source named first wins. */
  readonly pods: ReadonlyMap<string, Pod>;
  /**
   * Every source has answered and could read all it has. Only then may a pod that runs but that nobody names be taken for
   * a leftover.
   */
  readonly complete: boolean;
}

/** Pure: the latest snapshot of each source in the order of their rank; undefined for one that has not answered yet. */
export function mergeSources(snapshots: readonly (SourceSnapshot | undefined)[]): Desired {
  const pods = new Map<string, Pod>();
  const names = new Set<string>();
  for (const pod of snapshots.flatMap((snapshot) => snapshot?.pods ?? [])) {
    if (names.has(podKey(pod))) continue;
    names.add(podKey(pod));
    pods.set(pod.metadata.uid, pod);
  }
  return { pods, complete: snapshots.every(isComplete) };
}

function isComplete(snapshot: SourceSnapshot | undefined): boolean {
  return snapshot !== undefined && snapshot.available && snapshot.problems.length === 0;
}
