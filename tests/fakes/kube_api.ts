/** The port `KubeApi` for tests: the real adapter, talking to an API server in memory. */
import { type AccessSource, fixedAccess } from "../../src/adapters/kube/access.ts";
import { connectKube, type KubeConnection } from "../../src/adapters/kube/connect.ts";
import type { Outages } from "../../src/adapters/kube/reachability.ts";
import type { OpenTransport } from "../../src/adapters/kube/transport.ts";
import type { AgentMetrics } from "../../src/core/metrics/agent_metrics.ts";
import type { BucketLimits } from "../../src/core/kube/token_bucket.ts";
import type { Random } from "../../src/ports/random.ts";
import type { Log } from "../../src/ports/log.ts";
import { type FakeApiServer, fakeApiServer } from "./api_server/api_server.ts";
import type { FakeClock } from "./clock.ts";
import { fakeLog } from "./log.ts";
import { fakeRandom } from "./random.ts";

/** The port, and the server behind it for the test to look at and to order about. */
export interface FakeKube extends KubeConnection {
  readonly server: FakeApiServer;
}

/** `clock.settle()` is enough for a request to be answered. Without `random` there is no jitter. */
export function fakeKube(
  { clock, random = fakeRandom(), log = fakeLog(), server = fakeApiServer({ clock }), ...given }: {
    readonly clock: FakeClock;
    readonly random?: Random;
    readonly log?: Log;
    readonly server?: FakeApiServer;
    readonly access?: AccessSource;
    readonly rate?: BucketLimits;
    readonly metrics?: Pick<AgentMetrics, "kube">;
    readonly outages?: Outages;
  },
): FakeKube {
  const kube = connectKube({
    access: fixedAccess({ cluster: { server: "https://api.test:6443" } }),
    ...given,
    clock,
    random,
    log,
    userAgent: "skerry-test",
    openTransport: transportTo(server),
  });
  return { ...kube, server };
}

/** Connections that lead to the server in memory, whatever the URL's host. */
export function transportTo(server: FakeApiServer): OpenTransport {
  return () => ({
    fetch: (url, init) => server.fetch(new Request(url, init)),
    close: () => {},
  });
}
