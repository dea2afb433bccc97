/** Stories of a node and its cluster: it registers, tells how it is, and stays alive in the cluster's eyes. */
import assert from "node:assert/strict";
import type { Lease } from "../../src/core/node/lease.ts";
import type { Node, NodeCondition } from "../../src/core/node/node_object.ts";
import { leases, nodes, type ObjectRef } from "../../src/core/kube/resource.ts";
import { clusterSettings } from "../fakes/cluster_settings.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const own: ObjectRef = { resource: nodes, name: "edge-1" };
const lease: ObjectRef = { resource: leases, namespace: "kube-node-lease", name: "edge-1" };
const minute = 60_000;

/** A world whose API server does not know the node yet; the agent has not started. */
async function newNode(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ inCluster: true, ...options });
  await world.stopAgent();
  world.cluster.server.remove(own);
  if (world.cluster.server.get(lease) !== undefined) world.cluster.server.remove(lease);
  return world;
}

function nodeOf(world: World): Node {
  const found: Node | undefined = world.cluster.server.get(own);
  assert.ok(found, "the API server has no node");
  return found;
}

function leaseOf(world: World): Lease {
  const found: Lease | undefined = world.cluster.server.get(lease);
  assert.ok(found, "the API server has no lease");
  return found;
}

function condition(world: World, type: string): NodeCondition {
  const found = nodeOf(world).status?.conditions?.find((each) => each.type === type);
  assert.ok(found, type);
  return found;
}

/** The requests since the last call, without watches: `PATCH nodes/edge-1/status`. */
function requestsOf(world: World): () => readonly string[] {
  const { server } = world.cluster;
  let seen = 0;
  return () => {
    const fresh = server.requests.slice(seen);
    seen = server.requests.length;
    return fresh.filter(({ query }) => !query.includes("watch=true")).map(({ method, path }) =>
      `${method} ${path.replace(/^\/(?:api\/v1|apis\/[^/]+\/v1)\//, "")}`
    );
  };
}

Deno.test("a fresh node registers, is Ready, and has a lease that its Node owns", async () => {
  await using world = await newNode();
  await world.startAgent();
  const node = nodeOf(world);
  assert.equal(node.metadata?.labels?.["kubernetes.io/hostname"], "edge-1");
  assert.equal(condition(world, "Ready").reason, "KubeletReady");
  assert.equal(node.status?.capacity?.["pods"], "110");
  assert.equal(node.status?.nodeInfo?.containerRuntimeVersion, "fake://1.0.0");
  assert.deepEqual(node.status?.addresses, [
    { type: "InternalIP", address: "192.0.2.1" },
    { type: "Hostname", address: "edge-1" },
  ]);
  assert.deepEqual(node.status?.images?.map(({ names }) => names), [[
    "docker.io/library/busybox:1",
  ]]);
  const { metadata, spec } = leaseOf(world);
  assert.equal(metadata?.ownerReferences?.[0]?.uid, node.metadata?.uid);
  assert.deepEqual([spec?.holderIdentity, spec?.leaseDurationSeconds], ["edge-1", 40]);
});

Deno.test("labels, taints, the provider's ID and limits of the configuration are on a new Node", async () => {
  const taint = { key: "edge", value: "true", effect: "NoSchedule" };
  const cluster = clusterSettings({
    limits: { maxPods: 20, podsPerCore: 0 },
    registration: {
      labels: { site: "roof" },
      taints: [taint],
      providerId: "edge://1",
      controllerAttachDetach: true,
    },
  });
  await using world = await newNode({ settings: { cluster } });
  await world.startAgent();
  const { metadata, spec, status } = nodeOf(world);
  assert.equal(metadata?.labels?.["site"], "roof");
  assert.deepEqual(spec, { taints: [taint], providerID: "edge://1" });
  assert.equal(status?.allocatable?.["pods"], "20");
});

Deno.test("an existing Node is taken over, and what is not this machine's stays", async () => {
  await using world = await newNode();
  const foreign = { type: "NetworkUnavailable", status: "False", reason: "FlannelIsUp" };
  world.cluster.server.put(nodes, {
    metadata: {
      name: "edge-1",
      labels: { "kubernetes.io/arch": "amd64", "node-role.kubernetes.io/edge": "" },
      annotations: { note: "mine" },
      finalizers: ["example.com/keep"],
    },
    spec: { podCIDR: "10.1.0.0/24", taints: [{ key: "mine", effect: "NoSchedule" }] },
    status: {
      conditions: [foreign],
      addresses: [{ type: "ExternalIP", address: "203.0.113.1" }],
      capacity: { "example.com/device": "2" },
      volumesInUse: ["a"],
    },
  });
  await world.startAgent();
  const { metadata, spec, status } = nodeOf(world);
  assert.equal(metadata?.labels?.["kubernetes.io/arch"], "arm64");
  assert.equal(metadata?.labels?.["node-role.kubernetes.io/edge"], "");
  assert.equal(metadata?.annotations?.["note"], "mine");
  assert.deepEqual(metadata?.finalizers, ["example.com/keep"]);
  assert.deepEqual(spec, {
    podCIDR: "10.1.0.0/24",
    taints: [{ key: "mine", effect: "NoSchedule" }],
  });
  assert.deepEqual(status?.conditions?.map(({ type }) => type), [
    "NetworkUnavailable",
    "MemoryPressure",
    "DiskPressure",
    "PIDPressure",
    "Ready",
  ]);
  assert.deepEqual(status?.conditions?.[0], foreign);
  assert.deepEqual(status?.addresses?.at(-1), { type: "ExternalIP", address: "203.0.113.1" });
  assert.equal(status?.allocatable?.["example.com/device"], "2");
  assert.deepEqual(status?.volumesInUse, ["a"]);
});

Deno.test("a node that registers itself is not wanted: the Node that somebody else makes is kept", async () => {
  await using world = await newNode({
    settings: { cluster: clusterSettings({ register: false }) },
  });
  await world.startAgent();
  await world.advance(minute);
  assert.equal(world.cluster.server.get(own), undefined);
  assert.equal(world.cluster.server.get(lease), undefined);
  world.cluster.server.put(nodes, { metadata: { name: "edge-1", uid: "made" } });
  await world.advance(10_000);
  assert.equal(condition(world, "Ready").status, "True");
  assert.equal(leaseOf(world).metadata?.ownerReferences?.[0]?.uid, "made");
});

Deno.test("a Node that was deleted is not made again until the agent starts again", async () => {
  await using world = await newNode();
  await world.startAgent();
  world.cluster.server.remove(own);
  world.cluster.server.remove(lease);
  await world.advance(5 * minute);
  assert.equal(world.cluster.server.get(own), undefined);
  assert.equal(world.cluster.server.get(lease), undefined);
  await world.restartAgent();
  assert.equal(condition(world, "Ready").status, "True");
});

Deno.test("an idle node sends a lease each ten seconds, and its status each five minutes", async () => {
  await using world = await newNode();
  await world.startAgent();
  const requests = requestsOf(world);
  await world.advance(10 * minute);
  requests();
  await world.advance(5 * minute);
  const sent = requests();
  const renewal = "PUT namespaces/kube-node-lease/leases/edge-1";
  assert.equal(sent.filter((each) => each === renewal).length, 30);
  assert.deepEqual(sent.filter((each) => each !== renewal), ["PATCH nodes/edge-1/status"]);
});

Deno.test("heartbeats do not change since when a condition holds", async () => {
  await using world = await newNode();
  await world.startAgent();
  const before = condition(world, "Ready");
  await world.advance(10 * minute);
  const after = condition(world, "Ready");
  assert.equal(after.lastTransitionTime, before.lastTransitionTime);
  assert.notEqual(after.lastHeartbeatTime, before.lastHeartbeatTime);
});

Deno.test("a runtime that goes away makes the node not ready, and ready again when it is back", async () => {
  await using world = await newNode({
    errors: ["Runtime does not answer, what runs goes on and starts wait"],
  });
  await world.startAgent();
  world.runtime.goDown();
  await world.advance(20_000);
  assert.equal(condition(world, "Ready").status, "True");
  await world.advance(20_000);
  const { status, reason, message } = condition(world, "Ready");
  assert.deepEqual([status, reason, message], [
    "False",
    "KubeletNotReady",
    "container runtime is down",
  ]);
  world.runtime.comeBack();
  await world.advance(2_000);
  assert.equal(condition(world, "Ready").status, "True");
  assert.deepEqual(world.events("edge-1").filter((each) => /Ready/.test(each)), [
    "Normal NodeReady Node edge-1 status is now: NodeReady (x2)",
    "Normal NodeNotReady Node edge-1 status is now: NodeNotReady",
  ]);
});

Deno.test("a network that is not ready is told of within seconds, in the runtime's words", async () => {
  await using world = await newNode();
  await world.startAgent();
  const network = {
    type: "NetworkReady",
    reason: "NetworkPluginNotReady",
    message: "cni plugin not initialized",
  };
  world.runtime.setCondition({ ...network, status: false });
  await world.advance(5_000);
  assert.equal(
    condition(world, "Ready").message,
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady " +
      "message:cni plugin not initialized",
  );
  world.runtime.setCondition({ ...network, status: true });
  await world.advance(1_000);
  assert.equal(condition(world, "Ready").status, "True");
});

Deno.test("a runtime that hangs keeps neither registration nor heartbeats", async () => {
  await using world = await newNode();
  world.runtime.delay("runtimeStatus", { ms: 120_000 });
  world.runtime.delay("list", { ms: 120_000 });
  await world.startAgent();
  await world.advance(3_000);
  assert.match(condition(world, "Ready").message ?? "", /status check may not have completed yet/);
  const before = leaseOf(world).spec?.renewTime;
  await world.advance(20_000);
  assert.notEqual(leaseOf(world).spec?.renewTime, before);
});

Deno.test("memory that runs short is told of, and for five minutes after", async () => {
  await using world = await newNode();
  await world.startAgent();
  const { memory } = world.machine.state;
  world.machine.state.memory = { ...memory, workingSetBytes: memory.capacityBytes - 1024 };
  await world.advance(10_000);
  assert.equal(condition(world, "MemoryPressure").reason, "KubeletHasInsufficientMemory");
  world.machine.state.memory = memory;
  await world.advance(4 * minute);
  assert.equal(condition(world, "MemoryPressure").status, "True");
  await world.advance(minute + 10_000);
  assert.equal(condition(world, "MemoryPressure").status, "False");
});

Deno.test("pods that have used up their common limit are pressure too", async () => {
  await using world = await newNode();
  await world.startAgent();
  world.machine.state.cgroups.set("/kubepods", { capacityBytes: 500e6, workingSetBytes: 450e6 });
  await world.advance(10_000);
  assert.equal(condition(world, "MemoryPressure").status, "True");
});

Deno.test("a disk with images that fills up, and process IDs that run out", async () => {
  await using world = await newNode();
  const { fileSystems, processes } = world.machine.state;
  fileSystems.set("/var/lib/containerd", {
    capacityBytes: 1000,
    availableBytes: 149,
    usedBytes: 851,
    inodes: 100,
    inodesFree: 100,
  });
  await world.startAgent();
  await world.advance(10_000);
  assert.equal(condition(world, "DiskPressure").reason, "KubeletHasDiskPressure");
  assert.equal(condition(world, "PIDPressure").status, "False");
  world.machine.state.processes = { ...processes, running: processes.max - 1 };
  await world.advance(10_000);
  assert.equal(condition(world, "PIDPressure").status, "False", "no threshold, no pressure");
});

Deno.test("an address that changes is told of, by pods as well", async () => {
  await using world = await newNode();
  await world.startAgent();
  await world.cluster.bind(pod("web"));
  assert.equal(world.cluster.status("web").hostIP, "192.0.2.1");
  world.machine.state.addresses = {
    all: ["127.0.0.1", "192.0.2.77"],
    defaultV4: "192.0.2.77",
    defaultV6: "",
  };
  await world.advance(10_000);
  assert.deepEqual(nodeOf(world).status?.addresses, [
    { type: "InternalIP", address: "192.0.2.77" },
    { type: "Hostname", address: "edge-1" },
  ]);
  await world.advance(minute);
  assert.equal(world.cluster.status("web").hostIP, "192.0.2.77");
});

Deno.test("the API server is away for five minutes: nothing piles up, and the node is back at once", async () => {
  await using world = await newNode();
  await world.startAgent();
  await world.cluster.bind(pod("web"));
  const { server } = world.cluster;
  server.goDown();
  await world.advance(5 * minute);
  const requests = requestsOf(world);
  requests();
  server.comeBack();
  await world.advance(10_000);
  const sent = requests().filter((each) => each.includes("edge-1"));
  assert.ok(sent.length <= 4, sent.join("\n"));
  assert.equal(condition(world, "Ready").status, "True");
  assert.deepEqual(world.runtime.running(), ["web/main"]);
});

Deno.test("a link that swallows everything costs a lease less than its time", async () => {
  await using world = await newNode();
  await world.startAgent();
  const before = Date.parse(leaseOf(world).spec?.renewTime ?? "");
  world.cluster.server.goDown("silent");
  await world.advance(15_000);
  world.cluster.server.comeBack();
  await world.advance(10_000);
  const after = Date.parse(leaseOf(world).spec?.renewTime ?? "");
  assert.ok(after > before && after - before < 40_000, `${after - before} ms`);
});

Deno.test("an agent that waits for an answer stops at once", async () => {
  await using world = await newNode();
  await world.startAgent();
  world.cluster.server.goDown("silent");
  await world.advance(10_000);
  const at = world.clock.monotonic();
  await world.stopAgent();
  assert.equal(world.clock.monotonic(), at);
});

Deno.test("what happened while the API server was away has its own time", async () => {
  await using world = await newNode();
  await world.startAgent();
  world.cluster.server.goDown();
  await world.advance(minute);
  world.runtime.setCondition({ type: "NetworkReady", status: false, reason: "", message: "" });
  await world.advance(5_000);
  const at = world.clock.now();
  await world.advance(5 * minute);
  world.cluster.server.comeBack();
  await world.advance(30_000);
  const { status, lastTransitionTime = "" } = condition(world, "Ready");
  assert.equal(status, "False");
  assert.ok(Math.abs(Date.parse(lastTransitionTime) - at) <= 5_000, lastTransitionTime);
});

Deno.test("a node that the cluster has given up says that it is well", async () => {
  await using world = await newNode();
  await world.startAgent();
  const unknown = {
    type: "Ready",
    status: "Unknown",
    reason: "NodeStatusUnknown",
    message: "Kubelet stopped posting node status.",
  };
  await world.cluster.kube.patch({ ...own, subresource: "status" }, {
    kind: "strategic",
    body: { status: { conditions: [unknown] } },
  });
  await world.advance(10_000);
  assert.equal(condition(world, "Ready").status, "True");
});

Deno.test("the node registers once the API server is there, and waits longer each time", async () => {
  await using world = await newNode();
  world.cluster.server.goDown();
  await world.startAgent();
  await world.advance(minute);
  assert.equal(world.cluster.server.get(own), undefined);
  assert.equal(
    world.log.messages("warn").filter((each) => each.startsWith("Could not register")).length,
    1,
  );
  world.cluster.server.comeBack();
  await world.advance(7_000);
  assert.equal(condition(world, "Ready").status, "True");
});

Deno.test("a node that may not be created says why", async () => {
  await using world = await newNode();
  world.cluster.server.fail({ method: "POST", path: "/nodes", status: 403, times: 3 });
  await world.startAgent();
  const warning = world.log.records.find(({ message }) => message.startsWith("Could not register"));
  assert.match(String(warning?.fields["err"]), /forbidden|Forbidden/i);
  await world.advance(2_000);
  assert.equal(condition(world, "Ready").status, "True");
});

for (const [what, jump] of [["forward", 60 * minute], ["back", -60 * minute]] as const) {
  Deno.test(`a clock that is set ${what} an hour stops no heartbeat`, async () => {
    await using world = await newNode();
    await world.startAgent();
    const requests = requestsOf(world);
    requests();
    world.clock.setWall(world.clock.now() + jump);
    let last = Date.parse(leaseOf(world).spec?.renewTime ?? "");
    for (let turn = 0; turn < 6; turn++) {
      await world.advance(10_000);
      const renewed = Date.parse(leaseOf(world).spec?.renewTime ?? "");
      assert.ok(renewed > last);
      last = renewed;
    }
    assert.equal(condition(world, "Ready").status, "True");
    assert.equal(requests().filter((each) => each.startsWith("PUT")).length, 6);
  });
}

Deno.test("somebody else's change of the lease is no obstacle", async () => {
  await using world = await newNode();
  await world.startAgent();
  await world.cluster.kube.patch(lease, {
    kind: "merge",
    body: { metadata: { labels: { touched: "yes" } } },
  });
  await world.advance(10_000);
  const { metadata, spec } = leaseOf(world);
  assert.equal(metadata?.labels?.["touched"], "yes");
  assert.equal(Date.parse(spec?.renewTime ?? ""), world.clock.now());
});

Deno.test("a server that leaves out what it does not know is not told of it again and again", async () => {
  await using world = await newNode();
  const { server } = world.cluster;
  server.answer({ method: "PATCH", path: "/nodes/edge-1/status" }, () => {
    const { status, ...node } = nodeOf(world);
    return { ...node, status: { ...status, nodeInfo: { machineID: "forgotten" } } };
  });
  await world.startAgent();
  const requests = requestsOf(world);
  await world.advance(minute);
  const patches = requests().filter((each) => each.startsWith("PATCH nodes"));
  assert.ok(patches.length <= 4, patches.join("\n"));
});

Deno.test("a machine that was restarted has an event that says so", async () => {
  await using world = await newNode();
  await world.startAgent();
  await world.stopAgent();
  const { identity } = world.machine.state;
  world.machine.state.identity = { ...identity, bootId: "another" };
  await world.startAgent();
  await world.advance(minute);
  assert.deepEqual(world.events("edge-1").filter((each) => each.includes("Rebooted")), [
    "Warning Rebooted Node edge-1 has been rebooted, boot id: another",
  ]);
  assert.equal(nodeOf(world).status?.nodeInfo?.bootID, "another");
});

Deno.test("a new node has the kubelet's events", async () => {
  await using world = await newNode();
  await world.startAgent();
  assert.deepEqual(world.events("edge-1"), [
    "Normal Starting Starting kubelet.",
    "Normal NodeHasSufficientMemory Node edge-1 status is now: NodeHasSufficientMemory",
    "Normal NodeHasNoDiskPressure Node edge-1 status is now: NodeHasNoDiskPressure",
    "Normal NodeHasSufficientPID Node edge-1 status is now: NodeHasSufficientPID",
    "Normal NodeAllocatableEnforced Updated Node Allocatable limit across pods",
    "Normal NodeReady Node edge-1 status is now: NodeReady",
  ]);
});

Deno.test("that a node is still ready after a restart of the agent is no news", async () => {
  await using world = await newNode();
  await world.startAgent();
  await world.advance(minute);
  await world.restartAgent();
  await world.advance(minute);
  assert.ok(!world.events("edge-1").some((each) => each.includes("NodeReady")));
});

Deno.test("a limit for all pods that cannot be set is told of, and tried again each minute", async () => {
  await using world = await newNode();
  world.cgroups.failure = "/kubepods: device or resource busy (EBUSY)";
  await world.startAgent();
  await world.advance(minute + 1_000);
  world.cgroups.failure = undefined;
  await world.advance(minute);
  const events = world.events("edge-1").filter((each) => each.includes("Allocatable"));
  // The first ones do not know the Node's UID yet, so that they are others.
  assert.deepEqual([...new Set(events.map((each) => each.replace(/ \(x\d+\)$/, "")))], [
    "Warning FailedNodeAllocatableEnforcement Failed to update Node Allocatable Limits: " +
    "/kubepods: device or resource busy (EBUSY)",
    "Normal NodeAllocatableEnforced Updated Node Allocatable limit across pods",
  ]);
});

Deno.test("a node that is cordoned has events, and goes on being well", async () => {
  await using world = await newNode();
  await world.startAgent();
  const cordon = (unschedulable: boolean) =>
    world.cluster.kube.patch(own, { kind: "merge", body: { spec: { unschedulable } } });
  await cordon(true);
  await world.advance(10_000);
  await cordon(false);
  await world.advance(10_000);
  assert.deepEqual(world.events("edge-1").slice(-2), [
    "Normal NodeNotSchedulable Node edge-1 status is now: NodeNotSchedulable",
    "Normal NodeSchedulable Node edge-1 status is now: NodeSchedulable",
  ]);
});

Deno.test("pods are judged by the labels and taints that the Node has now", async () => {
  await using world = await newNode();
  await world.startAgent();
  const picky = (name: string) => pod(name).spec({ nodeSelector: { disk: "ssd" } });
  await world.cluster.bind(picky("early"));
  assert.equal(world.cluster.status("early").reason, "NodeAffinity");
  await world.cluster.kube.patch(own, {
    kind: "merge",
    body: { metadata: { labels: { disk: "ssd" } } },
  });
  await world.advance(1_000);
  await world.cluster.bind(picky("late"));
  assert.equal(world.cluster.row("late"), "1/1 Running");
});

Deno.test("a node without a cluster tells nobody", async () => {
  await using world = await createWorld();
  await world.advance(minute);
  assert.deepEqual(world.cluster.server.requests, []);
  assert.deepEqual(world.events("edge-1"), []);
});
