/**
 * What the kubelet makes of a manifest that it finds on its own node: identity, node name, marks.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../canonical_json.ts";
import { annotation } from "../cri/labels.ts";
import type { Instant } from "../instant.ts";
import type { Pod } from "../k8s.ts";
import type { PodManifest } from "./manifest.ts";

/** Where a manifest was found. */
export interface ManifestOrigin {
  readonly path: string;
  readonly nodeName: string;
  readonly seenAt: Instant;
}

/** The source's name in annotations and logs. */
export const fileSource = "file";
/** The API server's. */
export const apiSource = "api";

/** A manifest that has a name, a namespace and a UID. */
export interface StaticPod extends PodManifest {
  readonly metadata:
    & PodManifest["metadata"]
    & Readonly<Record<"name" | "namespace" | "uid", string>>;
}

/** Makes `manifest` a pod of this node. A UID that the manifest gives is kept; nothing else of its identity is. */
export function staticPod(
  { manifest, name, origin }: {
    readonly manifest: PodManifest;
    /** The manifest's own name, which must be there. */
    readonly name: string;
    readonly origin: ManifestOrigin;
  },
): StaticPod {
  const { spec } = manifest;
  const metadata = withoutDeletion(manifest.metadata);
  const uid = metadata.uid || contentUid(manifest, origin);
  return {
    ...manifest,
    metadata: {
      ...metadata,
      name: `${name}-${origin.nodeName.toLowerCase()}`,
      namespace: metadata.namespace || "default",
      uid,
      annotations: { ...metadata.annotations, ...marks({ uid, seenAt: origin.seenAt }) },
    },
    spec: {
      ...spec,
      nodeName: origin.nodeName,
      tolerations: withNoExecute(spec.tolerations ?? []),
    },
  };
}

/** Nobody deletes a manifest's pod but who takes the manifest away. */
function withoutDeletion(
  { deletionTimestamp: _at, deletionGracePeriodSeconds: _grace, ...rest }: PodManifest["metadata"],
): PodManifest["metadata"] {
  return rest;
}

/** The kubelet's rule: the same content in the same file on the same node is the same pod; any change makes a new one. */
function contentUid(manifest: PodManifest, { path, nodeName }: ManifestOrigin): string {
  return createHash("md5")
    .update(canonicalJson(manifest))
    .update(`host:${nodeName}`)
    .update(`file:${path}`)
    .digest("hex");
}

function marks(
  { uid, seenAt }: { readonly uid: string; readonly seenAt: Instant },
): Readonly<Record<string, string>> {
  return {
    [annotation.configHash]: uid,
    [annotation.configSource]: fileSource,
    [annotation.configSeen]: new Date(seenAt).toISOString(),
  };
}

/** Whether a pod comes from a file of this node and not from an API server. */
export function isStaticPod({ metadata }: Pick<Pod, "metadata">): boolean {
  const source = metadata.annotations?.[annotation.configSource];
  return source !== undefined && source !== apiSource;
}

/** Whether two readings of a file gave the same pod: when it was seen does not matter. */
export function isSamePod(one: Pod, other: Pod): boolean {
  return one.metadata.uid === other.metadata.uid && contentOf(one) === contentOf(other);
}

function contentOf(pod: Pod): string {
  const { [annotation.configSeen]: _seen, ...annotations } = pod.metadata.annotations ?? {};
  return canonicalJson({ ...pod, metadata: { ...pod.metadata, annotations } });
}

type Tolerations = NonNullable<PodManifest["spec"]["tolerations"]>;

/** A static pod outlives every trouble of its node: it tolerates each taint that would drive it away. */
function withNoExecute(tolerations: Tolerations): Tolerations {
  const own = { operator: "Exists", effect: "NoExecute" };
  const isThere = tolerations.some(({ key, operator, effect, value }) =>
    !key && !value && operator === own.operator && effect === own.effect
  );
  return isThere ? tolerations : [...tolerations, own];
}
