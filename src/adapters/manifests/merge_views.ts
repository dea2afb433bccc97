/** All files of the folder as one set of pods: of two files with one pod, the first by name wins. Pure. */
import { basename } from "node:path";
import { type Pod, podKey } from "../../core/k8s.ts";
import type { SourceProblem } from "../../ports/pod_source.ts";
import type { ManifestView } from "./manifest_view.ts";

export interface Merged {
  readonly pods: readonly Pod[];
  readonly problems: readonly SourceProblem[];
}

/** The views in the order of their names. */
export function mergeViews(views: readonly ManifestView[]): Merged {
  const owners = new Map<string, string>();
  const pods: Pod[] = [];
  const problems: SourceProblem[] = [];
  for (const view of views) {
    problems.push(...view.problems);
    if (view.pod === null) continue;
    const clash = clashOf(view, view.pod, owners);
    if (clash === null) {
      pods.push(view.pod);
      for (const claim of claimsOf(view.pod)) owners.set(claim, view.path);
    } else if (view.believed) problems.push(clash);
  }
  return { pods, problems };
}

function clashOf(
  { path }: ManifestView,
  pod: Pod,
  owners: ReadonlyMap<string, string>,
): SourceProblem | null {
  for (const claim of claimsOf(pod)) {
    const owner = owners.get(claim);
    if (owner === undefined) continue;
    const message = `${claim} is in ${basename(owner)} already, so this file's is left out`;
    return { path, line: 0, column: 0, message };
  }
  return null;
}

/** What no two pods may share, in words. */
function claimsOf(pod: Pod): readonly string[] {
  return [`pod ${podKey(pod)}`, `pod UID ${pod.metadata.uid}`];
}
