/** Which pods would come back if the power failed now and there were no link, and what the others lack. */
import type { Image } from "../cri/types.ts";
import { type Instant, rfc3339 } from "../instant.ts";
import type { Pod } from "../k8s.ts";
import { podReferences, pullSecretReferences } from "../pod/references.ts";
import { isStaticPod } from "../pod/static_pod.ts";
import { imagesNamed } from "../registry/wanted_images.ts";
import { tokenKey, tokenWishes } from "../volume/token_projection.ts";

/** What a reboot would find. */
export interface RebootFacts {
  /** UIDs of the API server's pods that lie in the store; manifests are there by themselves. */
  readonly storedPods: ReadonlySet<string>;
  /** The objects in the store that can be read, by `objectName`. */
  readonly storedObjects: ReadonlySet<string>;
  /** Those of which the store says that there are none; by `objectName` too. */
  readonly absentObjects: ReadonlySet<string>;
  /** Whether the store has services: a cluster has one at least, and containers are told of it. */
  readonly hasServices: boolean;
  /** When the tokens in the store expire, by `tokenName`. */
  readonly storedTokens: ReadonlyMap<string, Instant>;
  readonly images: readonly Image[];
  /** Where file systems are mounted that come over the network. */
  readonly networkMounts: readonly string[];
  readonly now: Instant;
}

export interface PodReadiness {
  readonly namespace: string;
  readonly name: string;
  /** The first thing without which it would not come back; "" where it would. */
  readonly missing: string;
  /** What would be amiss with it all the same; "" for nothing. */
  readonly warning: string;
}

export function objectName(
  { kind, namespace, name }: {
    readonly kind: "ConfigMap" | "Secret" | "RuntimeClass";
    readonly namespace: string;
    readonly name: string;
  },
): string {
  return `${kind} ${namespace}/${name}`;
}

export function tokenName(
  { podUid, key }: { readonly podUid: string; readonly key: string },
): string {
  return `${podUid} ${key}`;
}

export function podReadiness(pod: Pod, facts: RebootFacts): PodReadiness {
  const { namespace, name } = pod.metadata;
  const [missing = ""] = lacking(pod, facts);
  return { namespace, name, missing, warning: expiry(pod, facts) };
}

/** Most telling first. */
function* lacking(pod: Pod, facts: RebootFacts): Generator<string> {
  if (!isStaticPod(pod) && !facts.storedPods.has(pod.metadata.uid)) {
    yield "the pod is not in the local store";
  }
  yield* missingImages(pod, facts);
  yield* missingObjects(pod, facts);
  if (!isStaticPod(pod) && !facts.hasServices) yield "no service is in the local store";
  yield* missingTokens(pod, facts);
  yield* networkVolumes(pod, facts);
}

function* missingImages({ spec }: Pod, { images }: RebootFacts): Generator<string> {
  // What an ephemeral container was for is over.
  for (const { image = "" } of [...spec.initContainers ?? [], ...spec.containers]) {
    if (!images.some(imagesNamed([image]))) yield `image "${image}" is not there`;
  }
}

function* missingObjects(
  { metadata: { namespace }, spec }: Pod,
  facts: RebootFacts,
): Generator<string> {
  const pullSecrets = new Set(pullSecretReferences(spec).map(({ name }) => name));
  for (const { kind, name, isOptional } of podReferences(spec)) {
    const object = objectName({ kind, namespace, name });
    if (facts.storedObjects.has(object)) continue;
    // Whether there is one must be known all the same, but for what only a pull would need.
    const isForPulls = kind === "Secret" && pullSecrets.has(name);
    if (isOptional && (isForPulls || facts.absentObjects.has(object))) continue;
    yield `${kind} "${name}" is not in the local store`;
  }
  const { runtimeClassName: name } = spec;
  if (!name || facts.storedObjects.has(objectName({ kind: "RuntimeClass", namespace: "", name }))) {
    return;
  }
  yield `RuntimeClass "${name}" is not in the local store`;
}

function* missingTokens(pod: Pod, { storedTokens }: RebootFacts): Generator<string> {
  for (const { audience, name } of tokensOf(pod)) {
    if (!storedTokens.has(name)) yield `its token for ${audience} is not in the local store`;
  }
}

function* networkVolumes({ spec }: Pod, { networkMounts }: RebootFacts): Generator<string> {
  for (const { name, hostPath } of spec.volumes ?? []) {
    const mount = networkMounts.find((path) => isAtOrBelow(hostPath?.path, path));
    if (mount !== undefined) {
      yield `volume "${name}" needs the network: ${mount} is mounted over it`;
    }
  }
}

/** A pod comes back with a token that has expired, and gets another one with the link. */
function expiry(pod: Pod, { storedTokens, now }: RebootFacts): string {
  const [first] = tokensOf(pod)
    .map(({ audience, name }) => ({ audience, expiresAt: storedTokens.get(name) ?? Infinity }))
    .toSorted((one, other) => one.expiresAt - other.expiresAt);
  if (first === undefined || first.expiresAt === Infinity) return "";
  const verb = first.expiresAt <= now ? "has expired on" : "expires on";
  return `its token for ${first.audience} ${verb} ${rfc3339(first.expiresAt)}`;
}

function tokensOf({ metadata: { uid: podUid }, spec }: Pod): readonly {
  readonly audience: string;
  readonly name: string;
}[] {
  return (spec.volumes ?? []).flatMap(tokenWishes).map((wish) => ({
    audience: wish.audience || "the API server",
    name: tokenName({ podUid, key: tokenKey(wish) }),
  }));
}

function isAtOrBelow(path: string | undefined, mount: string): boolean {
  return path !== undefined && (path === mount || path.startsWith(`${mount}/`));
}
