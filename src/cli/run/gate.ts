/** Who may use the kubelet's HTTPS API, as the configuration has it. */
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import { createAccessReviewer } from "../../server/auth/access_review.ts";
import { alwaysAllow } from "../../server/auth/always_allow.ts";
import type { Authorizer } from "../../server/auth/auth.ts";
import { createAuthenticator } from "../../server/auth/authenticator.ts";
import { createGate, type Gate } from "../../server/auth/gate.ts";
import { createTokenReviewer, type TokenReviewer } from "../../server/auth/token_review.ts";
import type { SecurityLog } from "../../server/security_log.ts";
import type { AuthSettings, Configuration } from "../config/configuration.ts";

export interface GateDeps {
  /** Null: there is nobody to ask. */
  readonly kube: KubeApi | null;
  readonly clock: Clock;
  readonly securityLog: SecurityLog;
  readonly metrics: AgentMetrics;
}

export function openGate(
  { auth, nodeName }: Pick<Configuration, "nodeName"> & { readonly auth: AuthSettings },
  deps: GateDeps,
): Gate {
  const authenticator = createAuthenticator({
    tokens: tokens(auth, deps),
    anonymousAllowed: auth.anonymous,
  });
  const authorizer = authorizerOf({ auth, nodeName }, deps);
  const { securityLog, metrics } = deps;
  return createGate({ authenticator, authorizer, securityLog, metrics: metrics.api });
}

/** Null: no token counts. */
function tokens({ tokenReview }: AuthSettings, { kube, clock }: GateDeps): TokenReviewer | null {
  if (tokenReview === null || kube === null) return null;
  const hashKey = crypto.getRandomValues(new Uint8Array(32));
  return createTokenReviewer({ kube, clock, cacheTtlMs: tokenReview.cacheMs, hashKey });
}

function authorizerOf(
  { auth: { accessReview }, nodeName }: {
    readonly auth: AuthSettings;
    readonly nodeName: string;
  },
  { kube, clock }: GateDeps,
): Authorizer {
  if (accessReview === null) return alwaysAllow;
  if (kube === null) return nobodyToAsk;
  return createAccessReviewer({
    kube,
    clock,
    nodeName,
    authorizedTtlMs: accessReview.allowedMs,
    unauthorizedTtlMs: accessReview.deniedMs,
  });
}

/** The mode Webhook on a node of no cluster, which the kubelet does not start with. */
const nobodyToAsk: Authorizer = {
  authorize: () =>
    Promise.reject(
      new Unavailable("this node has no kubeconfig; authorization.mode: AlwaysAllow needs none"),
    ),
};
