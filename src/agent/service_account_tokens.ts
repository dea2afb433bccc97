/** The service account tokens of this node's pods: asked for, kept in memory, and renewed before they expire. */
import { minute, second } from "../core/instant.ts";
import { type KubeObject, serviceAccounts } from "../core/kube/resource.ts";
import type { Pod } from "../core/k8s.ts";
import { failure, type Result, success } from "../core/result.ts";
import { tokenKey, type TokenWish } from "../core/volume/token_projection.ts";
import type { Clock } from "../ports/clock.ts";
import { messageOf } from "../ports/errors.ts";
import type { KubeApi } from "../ports/kube_api.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";

export interface ServiceAccountTokens {
  /** A pod's token, a new one where it is time for it. One that cannot be renewed is kept. Fails in the kubelet's words. */
  token(pod: Pod, wish: TokenWish): Promise<Result<string>>;
  /** When the first of a pod's tokens must be renewed, in milliseconds from now; Infinity where it has none. */
  renewalMs(podUid: string): number;
  /** Forgets a pod that is gone. */
  forget(podUid: string): void;
}

export interface ServiceAccountTokensDeps {
  /** Null: there is no cluster, and no token to be had. */
  readonly kube: KubeApi | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Token {
  readonly text: string;
  /** On the monotonic clock: how the wall clock is set decides nothing. */
  readonly renewAt: number;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
interface TokenRequest extends KubeObject {
  readonly spec?: { readonly expirationSeconds?: number };
  readonly status?: { readonly token?: string };
}

/** No token is used for longer. */
const longestMs = 24 * 60 * minute;
/** So that pods which came together do not renew together. */
const jitterMs = 10 * second;
/** Until a renewal that failed is tried again. */
const retryMs = minute;

export function createServiceAccountTokens(deps: ServiceAccountTokensDeps): ServiceAccountTokens {
  const { kube, clock, random, log } = deps;
  const pods = new Map<string, Map<string, Token>>();

  async function token(pod: Pod, wish: TokenWish): Promise<Result<string>> {
    const { uid } = pod.metadata;
    const known = pods.get(uid)?.get(tokenKey(wish));
    if (known !== undefined && clock.monotonic() < known.renewAt) return success(known.text);
    try {
      const fresh = await request(pod, wish);
      keep(uid, tokenKey(wish), fresh);
      return success(fresh.text);
    } catch (err) {
      if (known === undefined) return failure(`failed to fetch token: ${messageOf(err)}`);
      log.error("A service account token could not be renewed, keeping the old one", {
        pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
        err,
      });
      keep(uid, tokenKey(wish), { ...known, renewAt: clock.monotonic() + retryMs + jitter() });
      return success(known.text);
    }
  }

  async function request(pod: Pod, wish: TokenWish): Promise<Token> {
    if (kube === null) {
      throw new Error("cannot use TokenManager when kubelet is in standalone mode");
    }
    const { namespace } = pod.metadata;
    const name = pod.spec.serviceAccountName ?? "";
    const askedAt = clock.monotonic();
    const { spec, status } = await kube.create<TokenRequest>(
      { resource: serviceAccounts, namespace, name, subresource: "token" },
      requestFor(pod, wish),
    );
    const text = status?.token ?? "";
    if (text === "") throw new Error("the API server's answer holds no token");
    const lifeMs = (spec?.expirationSeconds ?? wish.expirationSeconds) * second;
    return { text, renewAt: askedAt + Math.min(lifeMs * 0.8, longestMs) - jitter() };
  }

  function jitter(): number {
    return random.fraction() * jitterMs;
  }

  function keep(uid: string, key: string, token: Token): void {
    const own = pods.get(uid) ?? new Map<string, Token>();
    pods.set(uid, own.set(key, token));
  }

  function renewalMs(podUid: string): number {
    const times = [...pods.get(podUid)?.values() ?? []].map(({ renewAt }) => renewAt);
    return Math.min(...times) - clock.monotonic();
  }

  return { token, renewalMs, forget: (podUid) => void pods.delete(podUid) };
}

/** Bound to the pod: the token ends with it. */
function requestFor({ metadata }: Pod, { audience, expirationSeconds }: TokenWish): unknown {
  return {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {
      ...(audience === "" ? {} : { audiences: [audience] }),
      expirationSeconds,
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name: metadata.name, uid: metadata.uid },
    },
  };
}
