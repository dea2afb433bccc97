/** Stories of a node whose status goes over a message broker while it cannot reach the API server; a bridge is at the other end. */
import assert from "node:assert/strict";
import { createBridge } from "../../src/bridge/bridge.ts";
import type { JournalEntry } from "../../src/core/journal/record.ts";
import { events, leases, nodes } from "../../src/core/kube/resource.ts";
import { bridgeMetrics } from "../../src/core/metrics/bridge_metrics.ts";
import { createRegistry } from "../../src/core/metrics/registry.ts";
import { bodyOf, readEnvelope } from "../../src/core/relay/message.ts";
import { parseBatch, parsePresence } from "../../src/core/relay/messages.ts";
import { relaySigner } from "../../src/core/relay/signature.ts";
import type { TappedMessage } from "../../src/core/relay/tapped_message.ts";
import { type RelayClass, relayTopic } from "../../src/core/relay/topics.ts";
import { authoritiesOf } from "../../src/core/x509/client_chain.ts";
import type { KeyPair } from "../../src/ports/certificate_store.ts";
import type { RelayPorts } from "../../src/ports/relay.ts";
import { type FakeBroker, fakeBroker } from "../fakes/broker.ts";
import type { FakeClock } from "../fakes/clock.ts";
import { fakeKube } from "../fakes/kube_api.ts";
import { fakeLog } from "../fakes/log.ts";
import { relayNode } from "../fakes/relay_node.ts";
import { node } from "../fakes/node.ts";
import { pod } from "../fakes/pods.ts";
import { seededRandom } from "../fakes/random.ts";
import { testAuthority } from "../fakes/test_pki.ts";
import { joinedWorld } from "./site.ts";
import type { World, WorldOptions } from "./world.ts";

const cluster = "north";
const nodeName = node().nodeName;
const authority = testAuthority("cluster");
const nodePair = nodeCertificate();
const bridgePair = authority.issue({
  commonName: "skerry-bridge",
  organizations: ["skerry:bridges"],
  purpose: "client",
});

function nodeCertificate(): KeyPair {
  return authority.issue({
    commonName: `system:node:${nodeName}`,
    organizations: ["system:nodes"],
    purpose: "client",
  });
}

interface Site extends AsyncDisposable {
  readonly world: World;
  readonly broker: FakeBroker;
  /** What was not believed, on either side. */
  readonly dropped: readonly string[];
  replaceCertificate(pair: KeyPair): void;
  startBridge(): void;
  stopBridge(): Promise<void>;
}

async function startSite(
  { mode = "Fallback", ...options }: WorldOptions & { readonly mode?: "Fallback" | "Always" } = {},
): Promise<Site> {
  let broker: FakeBroker | undefined;
  let pair = nodePair;
  const relay = (clock: FakeClock): RelayPorts => {
    broker ??= fakeBroker({ clock });
    const own = broker.as(`system:node:${nodeName}`);
    return {
      broker: () => Promise.resolve(own),
      identity: () => Promise.resolve(pair),
      bridgeAuthorities: () => Promise.resolve(authority.certificate),
    };
  };
  const world = await joinedWorld({
    ...options,
    relay,
    startsAt: Date.now(),
    settings: { relay: { cluster, mode, afterMs: 20_000, maxMessageBytes: 65_536 } },
  });
  const { clock } = world;
  const reached = broker ?? assert.fail("the agent has no relay");
  const dropped: string[] = [];
  let ending = new AbortController();
  let running = Promise.resolve();

  function startBridge(): void {
    const kube = fakeKube({ clock, server: world.cluster.server });
    const signer = relaySigner(bridgePair);
    ending = new AbortController();
    const bridge = createBridge({
      kube,
      clock,
      random: seededRandom(1),
      log: fakeLog(),
      metrics: bridgeMetrics(createRegistry()),
      cluster,
      name: "bridge-0",
      namespace: "skerry",
      signer: signer.ok ? signer.value : assert.fail(),
      authorities: () => authoritiesOf(authority.certificate),
      dropped: ({ problem }) => dropped.push(problem),
      broker: reached.as("skerry-bridge"),
    });
    running = bridge.run(ending.signal).finally(() => kube.close());
  }

  async function stopBridge(): Promise<void> {
    ending.abort();
    await clock.settle();
    await running;
  }

  startBridge();
  return {
    world,
    broker: reached,
    dropped,
    replaceCertificate: (next) => void (pair = next),
    startBridge,
    stopBridge,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await stopBridge();
    },
  };
}

function lease({ cluster }: World): string {
  const found = cluster.server.get({
    resource: leases,
    namespace: "kube-node-lease",
    name: nodeName,
  });
  return (found as { spec: { renewTime: string } }).spec.renewTime;
}

function relayed(
  { cluster }: World,
): { readonly status: string; readonly reason: string } | undefined {
  const found = cluster.server.get({ resource: nodes, name: nodeName });
  return (found as { status?: { conditions?: { type: string; status: string; reason: string }[] } })
    .status?.conditions?.find(({ type }) => type === "skerry.dev/RelayedStatus");
}

/** The numbers of all records in the batches that the broker got, each as often as it came. */
function toldSequences({ broker }: Site): readonly number[] {
  return broker.published.flatMap((publication) => {
    const read = readEnvelope(publication);
    if (!read.ok || read.value.envelope.kind !== "journal") return [];
    const body = bodyOf(read.value.envelope);
    const batch = body.ok ? parseBatch(body.value, { bootId: "" }) : body;
    assert.ok(batch.ok);
    return batch.value.records.map(({ sequence }) => sequence);
  });
}

Deno.test("while the API server answers the broker hears nothing", async () => {
  await using site = await startSite();
  await site.world.cluster.bind(pod("web"));
  await site.world.advance(600_000);
  assert.deepEqual(site.broker.published, []);
});

Deno.test("what happens while the link is cut comes over the broker, and nothing is sent again when it is back", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  world.cluster.cutLink();
  await world.advance(30_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(500);
  assert.equal(world.cluster.pod("web")?.status?.containerStatuses?.[0]?.restartCount, 1);
  await world.advance(30_000);
  assert.equal(relayed(world)?.status, "True");
  const last = lease(world);
  await world.advance(20_000);
  assert.ok(lease(world) > last);
  assert.equal(world.agent.relay()?.isActive, true);
  assert.equal(world.agent.journal()?.waiting, 0);

  const before = world.cluster.story().length;
  const told = world.cluster.server.list(events).length;
  world.cluster.mendLink();
  await world.advance(60_000);
  assert.deepEqual(world.cluster.story().slice(before), []);
  assert.equal(world.cluster.server.list(events).length, told);
  assert.deepEqual(
    [relayed(world)?.status, relayed(world)?.reason],
    ["False", "NodeReportsItself"],
  );
  assert.equal(world.agent.relay()?.isActive, false);
  assert.deepEqual(site.dropped, []);
});

Deno.test("a short break is none of the broker's business", async () => {
  await using site = await startSite();
  const { world } = site;
  world.cluster.cutLink();
  await world.advance(15_000);
  world.cluster.mendLink();
  await world.advance(60_000);
  assert.deepEqual(site.broker.published, []);
});

Deno.test("what waits while both ways are cut comes over the one that is back first", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  world.cluster.cutLink();
  site.broker.stop();
  await world.advance(60_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(60_000);
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 0);
  site.broker.start();
  await world.advance(60_000);
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 1);
  assert.equal(world.agent.journal()?.waiting, 0);
});

Deno.test("without a bridge nothing counts as told, and the next one has it all", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  await site.stopBridge();
  world.cluster.cutLink();
  await world.advance(60_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(600_000);
  assert.ok((world.agent.journal()?.waiting ?? 0) > 0);
  site.startBridge();
  await world.advance(300_000);
  assert.equal(world.agent.journal()?.waiting, 0);
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 1);
});

Deno.test("an agent that is killed goes on with a greater session", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  world.cluster.cutLink();
  await world.advance(60_000);
  world.killAgent();
  await world.startAgent();
  await world.advance(60_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(60_000);
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 1);
  assert.equal(world.agent.journal()?.waiting, 0);
});

Deno.test("an agent that knows nothing of its former sessions begins a greater one, whose will counts", async () => {
  await using site = await startSite();
  const { world, broker } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  const former = relayNode({
    broker: broker.as(`system:node:${nodeName}`),
    clock: world.clock,
    pair: nodePair,
    bootId: world.machine.state.identity.bootId,
    cluster,
    node: nodeName,
  });
  await world.clock.settle();
  former.restart(2 ** 40);
  await former.present();
  await former.close();
  world.cluster.cutLink();
  await world.advance(60_000);
  assert.equal(relayed(world)?.status, "True");
  assert.equal(world.agent.journal()?.waiting, 0);

  broker.cut(`system:node:${nodeName}`, { away: true });
  await world.advance(15_000);
  assert.equal(relayed(world)?.reason, "NodeGone");
});

Deno.test("in the mode Always the broker carries status while the API server answers, and the Lease stays the node's", async () => {
  await using site = await startSite({ mode: "Always" });
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  assert.ok(site.broker.published.length > 0);
  assert.equal(relayed(world), undefined);
  assert.equal(world.agent.journal()?.waiting, 0);
  assert.equal(world.cluster.row("web"), "1/1 Running");
});

Deno.test("what the API server has the one way is not sent again and again the other", async () => {
  await using site = await startSite({ mode: "Always" });
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  await site.stopBridge();
  world.cluster.cutLink();
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(3_000);
  world.cluster.mendLink();
  await world.advance(60_000);
  const told = toldSequences(site).length;
  assert.ok(told > 0);
  await world.advance(10 * 60_000);
  assert.equal(toldSequences(site).length, told);
  assert.equal(world.agent.journal()?.waiting, 0);
});

Deno.test("a broker that replays what a bridge has wished for makes the node say no more than a little", async () => {
  await using site = await startSite();
  const { world, broker } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  world.cluster.cutLink();
  await world.advance(60_000);
  const topic = relayTopic({ cluster, node: nodeName, class: "down" });
  const wishes = broker.published.filter((publication) => {
    const read = readEnvelope(publication);
    return publication.topic === topic && read.ok && read.value.envelope.kind === "wish";
  });
  assert.ok(wishes.length > 0);
  const link = broker.as("skerry-bridge").open({
    clientId: "replay",
    sessionExpirySeconds: 0,
    subscriptions: [],
    onMessage: () => Promise.resolve(),
    onState: () => {},
  });
  await world.clock.settle();
  const before = broker.published.filter((each) => each.topic !== topic).length;
  for (let turn = 0; turn < 100; turn++) {
    for (const wish of wishes) await link.publish(wish);
    await world.advance(200);
  }
  await link.close();
  assert.ok(broker.published.filter((each) => each.topic !== topic).length - before < 25);
});

Deno.test("a bridge waits for no answer of a broker, which may wait for the bridge to take what comes", async () => {
  await using site = await startSite();
  const { world, broker } = site;
  await world.cluster.bind(pod("web").container("main"));
  world.cluster.cutLink();
  await world.advance(60_000);
  const down = relayTopic({ cluster, node: nodeName, class: "down" });
  const said = broker.published.filter(({ topic }) => topic === down);
  assert.ok(said.length > 2);
  assert.ok(said.every(({ atMostOnce }) => atMostOnce));
});

Deno.test("what is old expires at the broker, but for how things are at the end", async () => {
  await using site = await startSite();
  const { world, broker } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  world.cluster.cutLink();
  await world.advance(30_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(30_000);
  const expiry = (of: RelayClass) =>
    broker.published.filter(({ topic }) =>
      topic === relayTopic({ cluster, node: nodeName, class: of })
    ).at(-1)?.expirySeconds;
  assert.deepEqual([expiry("presence"), expiry("journal")], [1_800, 600]);
  world.cluster.mendLink();
  await world.advance(60_000);
  assert.equal(expiry("presence"), undefined);
});

Deno.test("a pod that the API server does not take for long holds no other up, and is told when it is taken", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.cluster.bind(pod("db").container("main"));
  await world.advance(60_000);
  const restarts = (name: string) =>
    world.cluster.status(name).containerStatuses?.[0]?.restartCount;
  world.cluster.cutLink();
  await world.advance(30_000);
  world.cluster.server.fail({ path: "/pods/web/status", status: 500, times: 5 });
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(10_000);
  world.runtime.exit("db/main", { code: 1 });
  await world.advance(10_000);
  assert.deepEqual([restarts("web"), restarts("db")], [0, 1]);
  assert.ok((world.agent.journal()?.waiting ?? 0) > 0);
  await world.advance(10 * 60_000);
  assert.deepEqual([restarts("web"), restarts("db")], [1, 1]);
  assert.equal(world.agent.journal()?.waiting, 0);
});

Deno.test("a certificate that is replaced is shown within minutes, and what happens then is believed", async () => {
  await using site = await startSite({ mode: "Always" });
  const { world, broker } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  const next = nodeCertificate();
  site.replaceCertificate(next);
  await world.advance(11 * 60_000);
  const topic = relayTopic({ cluster, node: nodeName, class: "presence" });
  const shown = readEnvelope(broker.retained.get(topic) ?? assert.fail("there is no presence"));
  const body = shown.ok ? bodyOf(shown.value.envelope) : shown;
  const presence = body.ok ? parsePresence(body.value) : body;
  assert.ok(presence.ok);
  const signer = relaySigner(next);
  assert.ok(signer.ok);
  assert.deepEqual(presence.value.chain, signer.value.chain);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(30_000);
  assert.equal(world.agent.journal()?.waiting, 0);
  assert.deepEqual(site.dropped, []);
});

Deno.test("the link flaps every second for five minutes: nothing is lost, and statuses are true at the end", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  for (let turn = 0; turn < 150; turn++) {
    world.cluster.cutLink();
    await world.advance(1_000);
    if (turn === 20 || turn === 90) world.runtime.exit("web/main", { code: 1 });
    world.cluster.mendLink();
    await world.advance(1_000);
  }
  await world.advance(60_000);
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 2);
  const { phase, containerStatuses } = world.cluster.status("web");
  assert.deepEqual({ ...world.status("web"), phase, containerStatuses }, world.status("web"));
  assert.equal(world.agent.journal()?.waiting, 0);
  const started = world.cluster.server.list(events).filter(({ reason }) => reason === "Started");
  assert.equal(started.reduce((sum, { count }) => sum + Number(count), 0), 3);
});

Deno.test("ten thousand records that wait arrive over the broker, each exactly once", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  world.cluster.cutLink();
  site.broker.stop();
  await world.stopAgent();
  const { uid } = world.cluster.pod("web")!.metadata;
  const object = { kind: "Pod", namespace: "default", name: "web", uid } as const;
  const { journal } = world.store;
  const from = (await journal.size()).last + 1;
  const entryOf = (index: number): JournalEntry =>
    index % 100 > 0 ? { kind: "Changed", object, changes: { message: `step ${index}` } } : {
      kind: "Event",
      event: { ...object, type: "Normal", reason: "Step", message: `${index}`, fieldPath: "" },
      first: from + index,
      firstSeen: world.clock.now(),
      count: 1,
    };
  const records = Array.from({ length: 10_000 }, (_, index) => ({
    sequence: from + index,
    at: world.clock.now(),
    monotonicMs: 0,
    bootId: world.machine.state.identity.bootId,
    isSynchronised: true,
    entry: entryOf(index),
  }));
  await journal.write({ records });
  await world.startAgent();
  site.broker.start();
  await world.advance(120_000);
  assert.equal(world.agent.journal()?.waiting, 0);
  const told = toldSequences(site).filter((sequence) => sequence >= from);
  assert.deepEqual(
    told.slice(0, 10_000).toSorted((a, b) => a - b),
    records.map(({ sequence }) => sequence),
  );
  assert.equal(told.length, new Set(told).size);
  const steps = world.cluster.server.list(events).filter(({ reason }) => reason === "Step");
  assert.deepEqual([steps.length, new Set(steps.map(({ count }) => count))], [100, new Set([1])]);
});

Deno.test("who looks on sees a presence, a batch and its acknowledgement, and what is not believed", async () => {
  await using site = await startSite();
  const { world } = site;
  await world.cluster.bind(pod("web").container("main"));
  await world.advance(60_000);
  const looking = new AbortController();
  const seen: TappedMessage[] = [];
  const messages = world.agent.relayMessages(looking.signal) ?? assert.fail("there is no relay");
  const reading = (async () => {
    for await (const message of messages) seen.push(message);
  })();
  world.cluster.cutLink();
  await world.advance(30_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(30_000);
  const stranger = site.broker.as("skerry-bridge").open({
    clientId: "stranger",
    sessionExpirySeconds: 0,
    subscriptions: [],
    onMessage: () => Promise.resolve(),
    onState: () => {},
  });
  await world.clock.settle();
  const topic = relayTopic({ cluster, node: nodeName, class: "down" });
  await stranger.publish({ topic, payload: new Uint8Array(3) });
  await world.clock.settle();
  await stranger.close();
  looking.abort();
  await reading;

  const [presence = assert.fail("nothing was seen")] = seen;
  assert.deepEqual([presence.kind, presence.verdict], ["presence", "sent"]);
  assert.equal((presence.body as { state: string }).state, "Relaying");
  const batch = seen.find(({ kind }) => kind === "journal") ?? assert.fail("no batch");
  assert.ok((batch.body as { records: readonly unknown[] }).records.length > 0);
  const answer =
    seen.find(({ kind, session, counter }) =>
      kind === "acknowledgement" && session === batch.session && counter === batch.counter
    ) ?? assert.fail("no acknowledgement");
  assert.deepEqual([answer.direction, answer.verdict, answer.body], ["down", "believed", {}]);
  assert.ok(seen.indexOf(batch) < seen.indexOf(answer));
  assert.deepEqual([seen.at(-1)?.verdict, seen.at(-1)?.problem], ["dropped", "UnknownVersion"]);
  const sent = seen.filter(({ direction }) => direction === "up").length;
  assert.equal(sent, site.broker.published.filter(({ topic }) => !topic.endsWith("/down")).length);
});
