/** A site whose nodes reach only a message broker, and a bridge behind it, for stories of bridges. */
import assert from "node:assert/strict";
import { type Bridge, createBridge } from "../../src/bridge/bridge.ts";
import type { DroppedMessage } from "../../src/bridge/deps.ts";
import { leases, nodes, pods } from "../../src/core/kube/resource.ts";
import { exposition } from "../../src/core/metrics/exposition.ts";
import { createRegistry } from "../../src/core/metrics/registry.ts";
import { bridgeMetrics } from "../../src/core/metrics/bridge_metrics.ts";
import type { JournalEntry } from "../../src/core/journal/record.ts";
import { relaySigner } from "../../src/core/relay/signature.ts";
import { authoritiesOf } from "../../src/core/x509/client_chain.ts";
import type { KeyPair } from "../../src/ports/certificate_store.ts";
import type { KubeApi } from "../../src/ports/kube_api.ts";
import { type FakeBroker, fakeBroker } from "../fakes/broker.ts";
import { type FakeClock, fakeClock } from "../fakes/clock.ts";
import { type FakeKube, fakeKube } from "../fakes/kube_api.ts";
import { type FakeLog, fakeLog } from "../fakes/log.ts";
import { seededRandom } from "../fakes/random.ts";
import { type RelayNode, relayNode, type RelayNodeOptions } from "../fakes/relay_node.ts";
import { testAuthority } from "../fakes/test_pki.ts";

const cluster = "north";
const authority = testAuthority("cluster");
export const web = { kind: "Pod", namespace: "default", name: "web", uid: "uid-web" } as const;
export const failed = {
  kind: "Changed",
  object: web,
  changes: { phase: "Failed" },
} satisfies JournalEntry;

export interface RunningBridge {
  readonly bridge: Bridge;
  /** A line of its metrics for each sample. */
  metrics(): readonly string[];
  stop(): Promise<void>;
}

/** A bridge between a broker and an API server, with two nodes and a pod on each. */
export interface BridgeSite extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly broker: FakeBroker;
  readonly kube: FakeKube;
  readonly bridge: Bridge;
  /** Of all bridges. */
  readonly log: FakeLog;
  readonly dropped: readonly DroppedMessage[];
  /** Connected to the broker. */
  node(options?: Partial<RelayNodeOptions>): Promise<RelayNode>;
  /** As the API server shows it. */
  phase(name?: string): unknown;
  condition(type: string): { readonly status: string; readonly reason: string } | undefined;
  /** The bridge that the Node names; "" for none. */
  relayedBy(): string;
  lease(): { readonly renewTime: string; readonly annotations: Readonly<Record<string, string>> };
  /** The node renews its Lease itself. */
  renewDirectly(): void;
  startBridge(name: string): RunningBridge;
  /** Of the first bridge. */
  metrics(): readonly string[];
  stop(): Promise<void>;
}

export interface BridgeSiteOptions {
  /** What the first bridge has for the API server. */
  readonly through?: (kube: KubeApi) => KubeApi;
  /** Before that bridges do not know the nodes' authorities. */
  readonly believesAfterMs?: number;
}

export async function startBridgeSite(
  { through = (kube) => kube, believesAfterMs = 0 }: BridgeSiteOptions = {},
): Promise<BridgeSite> {
  const clock = fakeClock(Date.now());
  const believesAt = clock.monotonic() + believesAfterMs;
  const broker = fakeBroker({ clock });
  const kube = fakeKube({ clock });
  const log = fakeLog();
  const dropped: DroppedMessage[] = [];
  const bridgeKey = testAuthority("bridges").issue({
    commonName: "skerry-bridge",
    organizations: ["skerry:bridges"],
    purpose: "client",
  });
  const signer = relaySigner(bridgeKey);
  assert.ok(signer.ok);
  for (const [name, nodeName] of [["web", "edge-1"], ["other", "edge-2"]] as const) {
    kube.server.put(pods, {
      metadata: { namespace: "default", name, uid: `uid-${name}` },
      spec: { nodeName },
      status: { phase: "Running" },
    });
  }
  for (const name of ["edge-1", "edge-2"]) {
    kube.server.put(nodes, { metadata: { name }, status: { conditions: [] } });
    kube.server.put(leases, leaseOf(name, "2026-01-01T00:00:00.000000Z"));
  }

  function startBridge(name: string, api: KubeApi = kube): RunningBridge {
    const ending = new AbortController();
    const registry = createRegistry();
    const bridge = createBridge({
      kube: api,
      clock,
      random: seededRandom(name.length),
      log,
      metrics: bridgeMetrics(registry),
      cluster,
      name,
      namespace: "skerry",
      signer: signer.ok ? signer.value : assert.fail(),
      authorities: () => clock.monotonic() < believesAt ? [] : authoritiesOf(authority.certificate),
      dropped: (message) => dropped.push(message),
      broker: broker.as("skerry-bridge"),
    });
    const running = bridge.run(ending.signal);
    return {
      bridge,
      metrics: () => exposition(registry.families()).split("\n"),
      async stop() {
        ending.abort();
        await clock.settle();
        await running;
      },
    };
  }

  const first = startBridge("bridge-0", through(kube));
  await clock.advance(1_000);
  const lease = () =>
    kube.server.get({ resource: leases, namespace: "kube-node-lease", name: "edge-1" }) as never;
  return {
    clock,
    broker,
    kube,
    bridge: first.bridge,
    log,
    dropped,
    startBridge,
    metrics: first.metrics,
    stop: first.stop,
    async node(options = {}) {
      const node = relayNode({
        broker: broker.as(`system:node:${options.node ?? "edge-1"}`),
        clock,
        authority,
        cluster,
        node: "edge-1",
        ...options,
      });
      await clock.settle();
      return node;
    },
    phase: (name = "web") => statusOf(kube, name).phase,
    condition(type) {
      const node = kube.server.get({ resource: nodes, name: "edge-1" }) as never as {
        status: { conditions: { type: string; status: string; reason: string }[] };
      };
      return node.status.conditions.find((each) => each.type === type);
    },
    relayedBy() {
      const { metadata } = kube.server.get({ resource: nodes, name: "edge-1" }) as never as {
        metadata: { annotations?: Record<string, string> };
      };
      return metadata.annotations?.["skerry.dev/relayed-by"] ?? "";
    },
    lease() {
      const { spec, metadata } = lease() as {
        spec: { renewTime: string };
        metadata: { annotations?: Record<string, string> };
      };
      return { renewTime: spec.renewTime, annotations: metadata.annotations ?? {} };
    },
    renewDirectly() {
      const now = lease() as { metadata: object; spec: object };
      const renewTime = new Date(clock.now()).toISOString().replace("Z", "111Z");
      kube.server.put(leases, { ...now, spec: { ...now.spec, renewTime } });
    },
    [Symbol.asyncDispose]: async () => {
      await first.stop();
      kube.close();
    },
  };
}

function leaseOf(name: string, renewTime: string): object {
  return {
    metadata: { namespace: "kube-node-lease", name },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
}

function statusOf(kube: FakeKube, name: string): { readonly phase?: string } {
  const pod = kube.server.get({ resource: pods, namespace: "default", name });
  return (pod as { status?: { phase?: string } } | undefined)?.status ?? {};
}

/** A certificate of the node edge-1. */
export function pairFor(purpose: "client" | "server"): KeyPair {
  return authority.issue({
    commonName: "system:node:edge-1",
    organizations: ["system:nodes"],
    purpose,
  });
}
