/** Asks the API server whose a bearer token is, and remembers the answer for a while; tokens themselves are not kept. */
import { createHmac } from "node:crypto";
import type { BucketLimits } from "../../core/kube/token_bucket.ts";
import { type KubeObject, tokenReviews } from "../../core/kube/resource.ts";
import { minute } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import { createExpiringCache } from "./expiring_cache.ts";
import { createQuestions, type Questions } from "./questions.ts";
import type { User } from "./user.ts";

export interface TokenReviewer {
  /** `host` is where it comes from. Null: nobody's. Throws the errors of `KubeApi`. */
  review(token: string, host?: string): Promise<User | null>;
}

export interface TokenReviewDeps {
  readonly kube: Pick<KubeApi, "create">;
  readonly clock: Clock;
  /** How long an answer holds. */
  readonly cacheTtlMs: number;
  /** Random bytes of this run: nobody can tell a token from its entry in the cache. */
  readonly hashKey: Uint8Array;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/ */
interface TokenReview extends KubeObject {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly error?: string;
    readonly user?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

interface Answer {
  readonly user: User | null;
  readonly ttlMs: number;
}

/** In characters. No real token is as long, and a question to the API server is not to be a megabyte because somebody's header was. */
const longestToken = 16_384;
/** A link over the mobile network must bear what is asked about tokens that were known, and as much again for all others. */
const pace: BucketLimits = { perSecond: 10, burst: 50 };
/** Half of that is for the first question of a host, so that no flood from one host keeps the others out. */
const half: BucketLimits = { perSecond: 5, burst: 25 };
const hostsSize = 1_024;
/** A host that has asked within it asks among those that go on and on. */
const newAgainMs = minute;
/** Known users and strangers apart, so that a flood of made-up tokens forgets no known one. */
const knownSize = 1_024;
/** How long a token that was somebody's is asked about before those of strangers. */
const rememberedMs = 24 * 60 * minute;
const strangersSize = 1_024;
/** A token that was refused with an error may become good, as when its account has only just been made. The kubelet asks each time. */
const errorTtlMs = 10_000;

export function createTokenReviewer(
  { kube, clock, cacheTtlMs, hashKey }: TokenReviewDeps,
): TokenReviewer {
  const known = createExpiringCache<User>({ clock, size: knownSize });
  const strangers = createExpiringCache<true>({ clock, size: strangersSize });
  const remembered = createExpiringCache<true>({ clock, size: knownSize });
  const hosts = createExpiringCache<true>({ clock, size: hostsSize });
  const firstQuestions = createQuestions<User | null>({ clock, pace: half });
  const furtherQuestions = createQuestions<User | null>({ clock, pace: half });
  const repeatedQuestions = createQuestions<User | null>({ clock, pace });

  // deno-lint-ignore require-await -- what is thrown is to be a rejection
  async function review(token: string, host = ""): Promise<User | null> {
    if (token.length > longestToken) return null;
    const key = createHmac("sha256", hashKey).update(token).digest("base64");
    if (strangers.get(key)) return null;
    const user = known.get(key);
    if (user !== undefined) return user;
    return questionsFor(key, host).answer(key, () => ask(key, token));
  }

  function questionsFor(key: string, host: string): Questions<User | null> {
    if (remembered.get(key)) return repeatedQuestions;
    const isNew = hosts.get(host) === undefined;
    hosts.set(host, true, newAgainMs);
    return isNew ? firstQuestions : furtherQuestions;
  }

  async function ask(key: string, token: string): Promise<User | null> {
    const { user, ttlMs } = answerOf(await kube.create<TokenReview>(place, reviewOf(token)));
    if (user === null) strangers.set(key, true, ttlMs);
    else known.set(key, user, ttlMs);
    remembered.set(key, true, user === null ? 0 : rememberedMs);
    return user;
  }

  function answerOf({ status = {} }: TokenReview): Answer {
    const { authenticated = false, error = "", user = {} } = status;
    if (!authenticated) {
      return { user: null, ttlMs: error === "" ? cacheTtlMs : Math.min(cacheTtlMs, errorTtlMs) };
    }
    const { username: name = "", uid = "", groups = [], extra = {} } = user;
    return { user: { name, uid, groups, extra }, ttlMs: cacheTtlMs };
  }

  return { review };
}

const place = { resource: tokenReviews, name: "" };

/** Without audiences the API server's own are meant, as the kubelet means them. */
function reviewOf(token: string): unknown {
  const { apiVersion, kind } = tokenReviews;
  return { apiVersion, kind, spec: { token } };
}
