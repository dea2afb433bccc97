/** The authorisation mode Webhook: asks the API server whether a user may have a part of this node, and remembers the answer. */
import { createHash } from "node:crypto";
import type { BucketLimits } from "../../core/kube/token_bucket.ts";
import { type KubeObject, subjectAccessReviews } from "../../core/kube/resource.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Attributes } from "./attributes.ts";
import type { Authorizer, Verdict } from "./auth.ts";
import { createExpiringCache } from "./expiring_cache.ts";
import { createQuestions } from "./questions.ts";

export interface AccessReviewDeps {
  readonly kube: Pick<KubeApi, "create">;
  readonly clock: Clock;
  readonly nodeName: string;
  /** How long a yes holds. */
  readonly authorizedTtlMs: number;
  /** How long a no holds. */
  readonly unauthorizedTtlMs: number;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/ */
interface AccessReview extends KubeObject {
  readonly status?: {
    readonly allowed?: boolean;
    readonly denied?: boolean;
    readonly reason?: string;
  };
}

const cacheSize = 2_048;
/** Only who is known makes the agent ask, and there are few things to ask for. */
const pace: BucketLimits = { perSecond: 50, burst: 100 };

/** `authorize` throws the errors of `KubeApi`. */
export function createAccessReviewer(deps: AccessReviewDeps): Authorizer {
  const { kube, clock, nodeName, authorizedTtlMs, unauthorizedTtlMs } = deps;
  const answers = createExpiringCache<Verdict>({ clock, size: cacheSize });
  const questions = createQuestions<Verdict>({ clock, pace });

  // deno-lint-ignore require-await -- what is thrown is to be a rejection
  async function authorize(attributes: Attributes): Promise<Verdict> {
    const review = reviewOf(attributes, nodeName);
    const key = createHash("sha256").update(JSON.stringify(review)).digest("base64");
    return answers.get(key) ?? questions.answer(key, () => ask(key, review));
  }

  async function ask(key: string, review: unknown): Promise<Verdict> {
    const verdict = verdictOf(await kube.create<AccessReview>(place, review));
    const ttlMs = verdict.kind === "Allowed" ? authorizedTtlMs : unauthorizedTtlMs;
    answers.set(key, verdict, ttlMs);
    return verdict;
  }

  return { authorize };
}

const place = { resource: subjectAccessReviews, name: "" };

function reviewOf({ user, verb, subresource }: Attributes, nodeName: string): unknown {
  const { apiVersion, kind } = subjectAccessReviews;
  const { name, uid, groups, extra } = user;
  const resourceAttributes = {
    verb,
    version: "v1",
    resource: "nodes",
    subresource,
    name: nodeName,
  };
  return { apiVersion, kind, spec: { resourceAttributes, user: name, uid, groups, extra } };
}

function verdictOf({ status = {} }: AccessReview): Verdict {
  const { allowed = false, denied = false, reason = "" } = status;
  if (allowed && denied) throw new Failed("the API server both allows and denies it");
  return allowed ? { kind: "Allowed" } : { kind: "Denied", reason };
}
