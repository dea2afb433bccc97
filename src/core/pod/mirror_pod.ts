/**
 * The mirror of a static pod: the object by which the API server shows it.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
import { annotation } from "../cri/labels.ts";
import type { Pod } from "../k8s.ts";
import type { PlainMap } from "../plain_map.ts";

/** The node that a mirror belongs to; a node may make no other pods. */
export interface MirrorOwner {
  readonly name: string;
  readonly uid: string;
}

/** Whether an object of the API server only shows a static pod. */
export function isMirror({ metadata }: AnnotatedObject): boolean {
  return metadata?.annotations?.[annotation.configMirror] !== undefined;
}

interface AnnotatedObject {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Whether a mirror shows the static pod as it is now, and will stay. */
export function isMirrorOf(mirror: Pod, pod: Pod): boolean {
  if (mirror.metadata.deletionTimestamp !== undefined) return false;
  return mirror.metadata.annotations?.[annotation.configMirror] === hashOf(pod);
}

/** What to create in the API server for a static pod. */
export function mirrorOf({ metadata, spec }: Pod, owner: MirrorOwner): PlainMap {
  const { name, namespace, labels, annotations } = metadata;
  const mark = hashOf({ metadata });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [annotation.configMirror]: mark },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", ...owner, controller: true }],
    },
    spec,
  };
}

/** Tells the versions of a static pod apart. */
function hashOf({ metadata }: Pick<Pod, "metadata">): string {
  return metadata.annotations?.[annotation.configHash] ?? metadata.uid;
}
