/** Gathers what a volume shows: objects, tokens, and what the pod says of itself. */
import type { Pod, Volume } from "../../core/k8s.ts";
import type { Amounts } from "../../core/pod/env/resource_field.ts";
import type { Lookups } from "../../core/pod/lookup.ts";
import { type Reference, volumeReferences } from "../../core/pod/references.ts";
import type { Result } from "../../core/result.ts";
import { type Payload, volumePayload } from "../../core/volume/payload.ts";
import { tokenKey, type TokenWish, tokenWishes } from "../../core/volume/token_projection.ts";
import type { PodObjects } from "./pod_objects.ts";
import type { ServiceAccountTokens } from "./service_account_tokens.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";

export interface VolumePayloadDeps {
  readonly objects: PodObjects;
  readonly tokens: ServiceAccountTokens;
  /** What the node has for pods. */
  readonly allocatable: () => Amounts;
}

/** Of which volume, and how long the API server may be waited for: a pod that runs has files, and waits for nothing. */
export interface PayloadRequest {
  readonly pod: Pod;
  readonly volume: Volume;
  readonly patience: { readonly wait: true; readonly signal: AbortSignal } | {
    readonly wait: false;
  };
}

/**
 * Fails in the kubelet's words. Null where it is not all known yet and nothing is waited for: the pod is told when it is. Throws
 * the signal's reason when it aborts meanwhile.
 */
export async function gatherPayload(
  request: PayloadRequest,
  deps: VolumePayloadDeps,
): Promise<Result<Payload> | null> {
  const { pod, volume, patience: { wait } } = request;
  const references = volumeReferences(volume);
  const [objects, tokens] = await Promise.all([
    deps.objects.lookUp(pod.metadata.namespace, references, { wait }),
    gatherTokens(request, deps),
  ]);
  if (tokens === null || (!wait && references.some((each) => isUnknown(objects, each)))) {
    return null;
  }
  return volumePayload(volume, { pod, objects, tokens, allocatable: deps.allocatable() });
}

async function gatherTokens(
  { pod, volume, patience }: PayloadRequest,
  { tokens }: VolumePayloadDeps,
): Promise<ReadonlyMap<string, Result<string>> | null> {
  const wishes = tokenWishes(volume);
  const get = (wish: TokenWish): Promise<Result<string>> | Result<string> | null =>
    patience.wait ? unlessAborted(tokens.get(pod, wish), patience.signal) : tokens.peek(pod, wish);
  const own = new Map<string, Result<string>>();
  for (const [index, token] of (await Promise.all(wishes.map(get))).entries()) {
    const wish = wishes[index];
    if (token === null || wish === undefined) return null;
    own.set(tokenKey(wish), token);
  }
  return own;
}

function isUnknown(objects: Lookups, { kind, name }: Reference): boolean {
  const lookup = kind === "ConfigMap" ? objects.configMap(name) : objects.secret(name);
  return lookup.kind === "Unknown";
}
