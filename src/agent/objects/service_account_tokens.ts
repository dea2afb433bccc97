/** The service account tokens of this node's pods: asked for, kept in memory, and renewed before they expire. */
import { minute, second } from "../../core/instant.ts";
import { type KubeObject, serviceAccounts } from "../../core/kube/resource.ts";
import { type Pod, podKey } from "../../core/k8s.ts";
import { failure, type Result, success } from "../../core/result.ts";
import { tokenKey, type TokenWish } from "../../core/volume/token_projection.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { createTurns } from "../turns.ts";

/** A call never waits for the renewal of a token that is there: the pod is told when the new one is. */
export interface ServiceAccountTokens {
  /** A pod's token, waited for where none was had yet. Fails in the kubelet's words. */
  get(pod: Pod, wish: TokenWish): Promise<Result<string>>;
  /** The same without waiting: null while the first one is still being asked for. */
  peek(pod: Pod, wish: TokenWish): Result<string> | null;
  /** When the first of a pod's tokens must be asked for anew, in milliseconds from now; Infinity where none must be. */
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
  /** Told of each pod that has got a new token. */
  readonly changed: (podUid: string) => void;
}

/** One token of one pod. */
interface Entry {
  /** The newest one, or why there is none; null before the first answer. */
  token: Result<string> | null;
  /** What was given last; undefined before anybody got anything. */
  told: Result<string> | null | undefined;
  /** On the monotonic clock: how the wall clock is set decides nothing. */
  renewAt: number;
  /** A request that is under way; it never rejects. */
  asking: Promise<void> | null;
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
/** Until a request that failed is made again for those who do not wait. */
const retryMs = minute;
/** Requests at a time: after a start of the agent every pod asks. */
const atATime = 10;

export function createServiceAccountTokens(deps: ServiceAccountTokensDeps): ServiceAccountTokens {
  const { kube, clock, random, log, changed } = deps;
  const pods = new Map<string, Map<string, Entry>>();
  const turns = createTurns(atATime);

  async function get(pod: Pod, wish: TokenWish): Promise<Result<string>> {
    const entry = entryOf(pod, wish);
    if (entry.token?.ok !== true) await ask(pod, wish, entry);
    return peek(pod, wish) ?? failure("failed to fetch token: no answer");
  }

  function peek(pod: Pod, wish: TokenWish): Result<string> | null {
    const entry = entryOf(pod, wish);
    if (entry.renewAt <= clock.monotonic()) void ask(pod, wish, entry);
    entry.told = entry.token;
    return entry.token;
  }

  function entryOf({ metadata: { uid } }: Pod, wish: TokenWish): Entry {
    const own = pods.get(uid) ?? new Map<string, Entry>();
    const entry = own.get(tokenKey(wish)) ??
      { token: null, told: undefined, renewAt: -Infinity, asking: null };
    pods.set(uid, own.set(tokenKey(wish), entry));
    return entry;
  }

  function ask(pod: Pod, wish: TokenWish, entry: Entry): Promise<void> {
    return entry.asking ??= renew(pod, wish, entry).finally(() => {
      entry.asking = null;
    });
  }

  async function renew(pod: Pod, wish: TokenWish, entry: Entry): Promise<void> {
    const askedAt = clock.monotonic();
    try {
      const { text, lifeMs } = await request(pod, wish);
      entry.token = success(text);
      entry.renewAt = askedAt + Math.min(lifeMs * 0.8, longestMs) - jitter();
      if (entry.told !== undefined && isKept(pod, wish, entry)) changed(pod.metadata.uid);
    } catch (err) {
      entry.renewAt = clock.monotonic() + retryMs + jitter();
      if (entry.token?.ok !== true) {
        entry.token = failure(`failed to fetch token: ${messageOf(err)}`);
      } else {
        log.warn("A service account token could not be renewed, keeping the old one", {
          pod: podKey(pod),
          err,
        });
      }
    }
  }

  function isKept({ metadata: { uid } }: Pod, wish: TokenWish, entry: Entry): boolean {
    return pods.get(uid)?.get(tokenKey(wish)) === entry;
  }

  async function request(
    pod: Pod,
    wish: TokenWish,
  ): Promise<{ readonly text: string; readonly lifeMs: number }> {
    if (kube === null) {
      throw new Error("cannot use TokenManager when kubelet is in standalone mode");
    }
    const { namespace } = pod.metadata;
    const name = pod.spec.serviceAccountName ?? "";
    const release = await turns.take(neverAborted);
    try {
      const { spec, status } = await kube.create<TokenRequest>(
        { resource: serviceAccounts, namespace, name, subresource: "token" },
        requestFor(pod, wish),
      );
      if (!status?.token) throw new Error("the API server's answer holds no token");
      const seconds = spec?.expirationSeconds ?? wish.expirationSeconds;
      return { text: status.token, lifeMs: seconds * second };
    } finally {
      release();
    }
  }

  function jitter(): number {
    return random.fraction() * jitterMs;
  }

  function renewalMs(podUid: string): number {
    const times = [...pods.get(podUid)?.values() ?? []]
      .map(({ renewAt, asking }) => asking === null ? renewAt : Infinity);
    return Math.min(...times) - clock.monotonic();
  }

  return { get, peek, renewalMs, forget: (podUid) => void pods.delete(podUid) };
}

/** Requests end by themselves; one that is no longer needed is let run. */
const neverAborted = new AbortController().signal;

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
