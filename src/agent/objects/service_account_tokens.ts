/** The service account tokens of this node's pods: asked for, kept in memory and in the store, and renewed before they expire. */
import { type Instant, rfc3339, second } from "../../core/instant.ts";
import {
  type Due,
  renewalAgeMs,
  restoredDue,
  retryDelayMs,
} from "../../core/kube/token_renewal.ts";
import { tokenTimes } from "../../core/kube/token_times.ts";
import { type Pod, podKey } from "../../core/k8s.ts";
import { failure, type Result, success } from "../../core/result.ts";
import { tokenKey, type TokenWish } from "../../core/volume/token_projection.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { PodEvents } from "../events/pod_events.ts";
import { createTurns } from "../../ports/turns.ts";
import { loadStoredTokens, type StoredTokensDeps } from "./stored_tokens.ts";
import { type IssuedToken, requestToken } from "./token_request.ts";

/** A call never waits for the renewal of a token that is good: the pod is told when the new one is there. */
export interface ServiceAccountTokens {
  /**
   * A pod's token, waited for where none was had yet, and for a second where the one that is there has expired: it is given all
   * the same while no other can be had. Fails in the kubelet's words.
   */
  get(pod: Pod, wish: TokenWish): Promise<Result<string>>;
  /** The same without waiting: null while the first one is still being asked for. */
  peek(pod: Pod, wish: TokenWish): Result<string> | null;
  /** When the first of a pod's tokens must be asked for anew, in milliseconds from now; Infinity where none must be. */
  renewalMs(podUid: string): number;
  /** Takes over which pods there are. `isCertain`: there are no others, so that tokens of none of these are not stored any more. */
  update(pods: readonly Pod[], options: { readonly isCertain: boolean }): void;
  /** Forgets a pod that has ended. */
  forget(podUid: string): void;
}

export interface ServiceAccountTokensDeps extends StoredTokensDeps {
  /** Null: there is no cluster, and no token to be had. */
  readonly kube: KubeApi | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: PodEvents;
  /** Told of each pod that has got a new token. */
  readonly changed: (podUid: string) => void;
}

/** One token of one pod. */
interface Entry {
  /** The newest one, or why there is none; null before the first answer. */
  token: Result<string> | null;
  /** When it ends in truth; -Infinity where there is none. */
  expiresAt: Instant;
  /** What was given last; undefined before anybody got anything. */
  told: Result<string> | null | undefined;
  due: Due;
  /** Requests that failed since the last that did not. */
  failures: number;
  isExpiryTold: boolean;
  /** A request that is under way; it never rejects. */
  asking: Promise<void> | null;
}

/** Requests at a time: after a start of the agent every pod may ask. */
const atATime = 10;
/** How long a pod waits for the successor of a token that has expired, as for the newest of an object. */
const expiredWaitMs = second;

export async function createServiceAccountTokens(
  deps: ServiceAccountTokensDeps,
): Promise<ServiceAccountTokens> {
  const { kube, clock, random, log, events, changed } = deps;
  const stored = await loadStoredTokens(deps);
  const pods = new Map<string, Map<string, Entry>>();
  const turns = createTurns(atATime);

  async function get(pod: Pod, wish: TokenWish): Promise<Result<string>> {
    const entry = entryOf(pod, wish);
    if (entry.token?.ok !== true) await ask(pod, wish, entry);
    else if (isExpired(entry) && dueMs(entry) <= 0) await within(ask(pod, wish, entry));
    return peek(pod, wish) ?? failure("failed to fetch token: no answer");
  }

  async function within(asking: Promise<void>): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(expiredWaitMs, resolve);
    await Promise.race([asking, late]);
    timer.cancel();
  }

  function peek(pod: Pod, wish: TokenWish): Result<string> | null {
    const entry = entryOf(pod, wish);
    if (dueMs(entry) <= 0) void ask(pod, wish, entry);
    entry.told = entry.token;
    return entry.token;
  }

  function entryOf({ metadata: { uid: podUid } }: Pod, wish: TokenWish): Entry {
    const own = pods.get(podUid) ?? new Map<string, Entry>();
    const key = tokenKey(wish);
    const entry = own.get(key) ?? restored(stored.earlier({ podUid, key }), wish);
    pods.set(podUid, own.set(key, entry));
    return entry;
  }

  /** With the token of an earlier agent, where there is one. */
  function restored(text: string | null, wish: TokenWish): Entry {
    const blank = { told: undefined, failures: 0, isExpiryTold: false, asking: null };
    const now = { wall: Infinity, monotonic: -Infinity };
    if (text === null) return { ...blank, token: null, expiresAt: -Infinity, due: now };
    const times = tokenTimes(text);
    const due = times === null ? now : restoredDue({
      times,
      wishedMs: wish.expirationSeconds * second,
      now: clock.now(),
      monotonic: clock.monotonic(),
      fraction: random.fraction(),
    });
    return { ...blank, token: success(text), expiresAt: times?.expiresAt ?? -Infinity, due };
  }

  function ask(pod: Pod, wish: TokenWish, entry: Entry): Promise<void> {
    return entry.asking ??= renew(pod, wish, entry).finally(() => {
      entry.asking = null;
    });
  }

  async function renew(pod: Pod, wish: TokenWish, entry: Entry): Promise<void> {
    const askedAt = clock.monotonic();
    try {
      const issued = await request(pod, wish);
      accept(entry, issued, askedAt);
      if (!isKept(pod, wish, entry)) return;
      stored.save({ podUid: pod.metadata.uid, key: tokenKey(wish) }, issued);
      if (entry.told !== undefined) changed(pod.metadata.uid);
    } catch (err) {
      fail(pod, { entry, wish, err });
    }
  }

  function accept(entry: Entry, { text, lifeMs, times }: IssuedToken, askedAt: number): void {
    const age = renewalAgeMs({ lifeMs, fraction: random.fraction() });
    entry.token = success(text);
    entry.expiresAt = times.expiresAt;
    entry.due = { wall: Infinity, monotonic: askedAt + age };
    entry.failures = 0;
    entry.isExpiryTold = false;
  }

  function fail(
    pod: Pod,
    { entry, wish, err }: {
      readonly entry: Entry;
      readonly wish: TokenWish;
      readonly err: unknown;
    },
  ): void {
    const leftMs = entry.expiresAt - clock.now();
    const failures = ++entry.failures;
    const delay = retryDelayMs({ failures, leftMs, fraction: random.fraction() });
    entry.due = { wall: Infinity, monotonic: clock.monotonic() + delay };
    if (entry.token?.ok !== true) {
      entry.token = failure(`failed to fetch token: ${messageOf(err)}`);
    } else if (isExpired(entry)) {
      tellOfExpiry(pod, { entry, wish, err });
    } else {
      const fields = { pod: podKey(pod), expires: rfc3339(entry.expiresAt), err };
      const level = failures === 1 ? "warn" : "debug";
      log[level]("A service account token could not be renewed, keeping the old one", fields);
    }
  }

  /** The pod goes on with what it has: nothing is better for being missing, and a clock may be wrong. */
  function tellOfExpiry(
    pod: Pod,
    { entry, wish, err }: {
      readonly entry: Entry;
      readonly wish: TokenWish;
      readonly err: unknown;
    },
  ): void {
    if (entry.isExpiryTold) return;
    entry.isExpiryTold = true;
    const { audience } = wish;
    const what = audience === "" ? "the token" : `the token for ${JSON.stringify(audience)}`;
    events.warning(pod.metadata, {
      reason: "TokenExpired",
      message: `${what} ${expiryText(entry)} and refresh failed: ${messageOf(err)}; ` +
        "it stays in use until there is another",
    });
  }

  function isExpired({ expiresAt }: Entry): boolean {
    return expiresAt <= clock.now();
  }

  function isKept({ metadata: { uid } }: Pod, wish: TokenWish, entry: Entry): boolean {
    return pods.get(uid)?.get(tokenKey(wish)) === entry;
  }

  async function request(pod: Pod, wish: TokenWish): Promise<IssuedToken> {
    if (kube === null) {
      throw new Error("cannot use TokenManager when kubelet is in standalone mode");
    }
    const release = await turns.take(neverAborted);
    try {
      return await requestToken(kube, { pod, wish });
    } finally {
      release();
    }
  }

  function dueMs({ due }: Entry): number {
    return Math.min(due.wall - clock.now(), due.monotonic - clock.monotonic());
  }

  function renewalMs(podUid: string): number {
    const own = [...pods.get(podUid)?.values() ?? []];
    return Math.min(...own.map((entry) => entry.asking === null ? dueMs(entry) : Infinity));
  }

  function forget(podUid: string): void {
    pods.delete(podUid);
    stored.remove(podUid);
  }

  return {
    get,
    peek,
    renewalMs,
    update(wanted, { isCertain }) {
      if (kube === null || !isCertain) return;
      const uids = new Set(wanted.map(({ metadata }) => metadata.uid));
      // A pod that has been worked on is forgotten when it has ended.
      stored.podUids().filter((uid) => !uids.has(uid) && !pods.has(uid)).forEach(stored.remove);
    },
    forget,
  };
}

/** Requests end by themselves; one that is no longer needed is let run. */
const neverAborted = new AbortController().signal;

function expiryText({ expiresAt }: Entry): string {
  return Number.isFinite(expiresAt) ? `expired at ${rfc3339(expiresAt)}` : "has no known end";
}
