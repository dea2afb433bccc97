/** The real gate of the kubelet's API before an API server in memory that knows some users. */
import { createAgentMetrics } from "../../src/core/metrics/agent_metrics.ts";
import type { Registry } from "../../src/core/metrics/registry.ts";
import { minute } from "../../src/core/instant.ts";
import { createAccessReviewer } from "../../src/server/auth/access_review.ts";
import { createAuthenticator } from "../../src/server/auth/authenticator.ts";
import { createGate, type Gate } from "../../src/server/auth/gate.ts";
import { createTokenReviewer } from "../../src/server/auth/token_review.ts";
import { createSecurityLog } from "../../src/server/security_log.ts";
import { type FakeClock, fakeClock } from "./clock.ts";
import { type FakeKube, fakeKube } from "./kube_api.ts";
import { fakeLog } from "./log.ts";
import { answerReviews } from "./reviews.ts";

export interface ReviewGate extends Gate {
  readonly clock: FakeClock;
  readonly kube: FakeKube;
  /** What the API server was asked, as `answerReviews` tells it. */
  readonly asked: readonly string[];
  /** Of the security log. */
  readonly lines: readonly string[];
  readonly registry: Registry;
}

/** Users are named after the one subresource of nodes that they may have; `nothing` may have none. */
export const subresources = [
  "pods",
  "healthz",
  "configz",
  "stats",
  "metrics",
  "log",
  "checkpoint",
  "statusz",
  "proxy",
];

/** The token of one of these users; anything else is nobody's. */
export function tokenOf(user: string): string {
  return `token-of-${user}`;
}

export function reviewGate({ anonymousAllowed = false } = {}): ReviewGate {
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  const names = ["nothing", ...subresources];
  const asked = answerReviews(kube.server, {
    users: Object.fromEntries(names.map((name) => [tokenOf(name), { username: name }])),
    allowed: Object.fromEntries(subresources.map((name) => [name, [name]])),
  });
  const lines: string[] = [];
  const { registry, api } = createAgentMetrics();
  const hashKey = new Uint8Array(32);
  const tokens = createTokenReviewer({ kube, clock, cacheTtlMs: 2 * minute, hashKey });
  const ttls = { authorizedTtlMs: 5 * minute, unauthorizedTtlMs: minute };
  const gate = createGate({
    authenticator: createAuthenticator({ tokens, anonymousAllowed }),
    authorizer: createAccessReviewer({ kube, clock, nodeName: "edge-1", ...ttls }),
    securityLog: createSecurityLog({ clock, log: fakeLog(), write: (line) => lines.push(line) }),
    metrics: api,
  });
  return { ...gate, clock, kube, asked, lines, registry };
}
