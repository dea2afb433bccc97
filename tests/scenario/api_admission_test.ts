/** Stories of pods that the API server binds to a node that does not take them. */
import assert from "node:assert/strict";
import { nodes } from "../../src/core/kube/resource.ts";
import { node } from "../fakes/node.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

const ports = [{ containerPort: 80, hostPort: 80 }];

/** Somebody labels and taints the node. */
async function marked(
  world: World,
  { labels = {}, taints = [] }: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  },
): Promise<void> {
  const body = { metadata: { labels }, spec: { taints } };
  await world.cluster.kube.patch({ resource: nodes, name: node().nodeName }, {
    kind: "merge",
    body,
  });
  await world.advance(1_000);
}

Deno.test("the port of a pod that is being deleted is taken until nothing of it runs", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  const bound = (name: string) => world.cluster.bind(pod(name).container("main", { ports }));
  await bound("a");
  await world.cluster.delete("a");
  await bound("b");
  assert.equal(world.cluster.row("b"), "0/1 NodePorts");
  await world.advance(6_000);
  assert.equal(world.cluster.row("a"), "gone");
  await bound("c");
  assert.equal(world.cluster.row("c"), "1/1 Running");
  assert.equal(world.cluster.row("b"), "0/1 NodePorts");
});

Deno.test("labels and taints of the node count as they are when the pod comes", async () => {
  await using world = await createWorld({ inCluster: true });
  const onSsd = (name: string) =>
    world.cluster.bind(pod(name).spec({ nodeSelector: { disk: "ssd" } }));
  await onSsd("early");
  assert.equal(world.cluster.status("early").reason, "NodeAffinity");
  await marked(world, { labels: { disk: "ssd" } });
  await onSsd("late");
  assert.equal(world.cluster.row("late"), "1/1 Running");
  await marked(world, { taints: [{ key: "maintenance", effect: "NoExecute" }] });
  assert.equal(world.cluster.row("late"), "1/1 Running");
  await world.cluster.bind(pod("driven"));
  const { phase, reason, message } = world.cluster.status("driven");
  assert.deepEqual({ phase, reason, message }, {
    phase: "Failed",
    reason: "TaintToleration",
    message: "Pod was rejected: Predicate TaintToleration failed: node(s) had taints that the " +
      "pod didn't tolerate",
  });
  await world.cluster.bind(pod("brave").spec({ tolerations: [{ operator: "Exists" }] }));
  assert.equal(world.cluster.row("brave"), "1/1 Running");
});

Deno.test("what the node has for pods is what they are measured by", async () => {
  await using world = await createWorld({ inCluster: true });
  const resources = { requests: { memory: "1Ti" } };
  await world.cluster.bind(pod("big").container("main", { resources }));
  const { reason, message = "" } = world.cluster.status("big");
  assert.equal(reason, "OutOfmemory");
  assert.match(
    message,
    /^Pod was rejected: Node didn't have enough resource: memory, requested: 1099511627776, used: 0, capacity: \d+$/,
  );
});

Deno.test("a node that runs short of memory takes no pod that asks for none", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("early"));
  const { memory } = world.machine.state;
  world.machine.state.memory = { ...memory, workingSetBytes: memory.capacityBytes - 1024 };
  await world.advance(10_000);
  const resources = { requests: { memory: "1Mi" } };
  await world.cluster.bind(pod("greedy"), pod("modest").container("main", { resources }));
  const { phase, reason, message } = world.cluster.status("greedy");
  assert.deepEqual({ phase, reason, message }, {
    phase: "Failed",
    reason: "Evicted",
    message: "Pod was rejected: The node had condition: [MemoryPressure]. ",
  });
  assert.equal(world.cluster.row("modest"), "1/1 Running");
  assert.equal(world.cluster.row("early"), "1/1 Running");
});

/** Nothing more is seen of the Node, unless it is asked for by its name. */
async function blindToNode(world: World): Promise<void> {
  const { server } = world.cluster;
  server.answer(
    { method: "GET", path: "/nodes" },
    ({ path }) => path.endsWith("/nodes") ? new Response("overloaded", { status: 503 }) : undefined,
  );
  server.breakWatches();
  await world.advance(5_000);
}

Deno.test("a label that only the scheduler has seen counts: the Node is asked for before a pod is refused", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("other"));
  await blindToNode(world);
  const labelled = { kind: "merge", body: { metadata: { labels: { disk: "ssd" } } } } as const;
  await world.cluster.kube.patch({ resource: nodes, name: node().nodeName }, labelled);
  const on = (disk: string) => pod(disk).spec({ nodeSelector: { disk } });
  await world.cluster.bind(on("ssd"), on("tape"));
  assert.equal(world.cluster.row("ssd"), "1/1 Running");
  assert.equal(world.cluster.status("tape").reason, "NodeAffinity");
  assert.equal(world.cluster.row("other"), "1/1 Running");
});

Deno.test("where the Node cannot be asked for, a pod is judged by what was seen of it", async () => {
  await using world = await createWorld({ inCluster: true });
  await marked(world, { labels: { disk: "ssd" } });
  world.cluster.server.fail({
    method: "GET",
    path: `/nodes/${node().nodeName}`,
    status: 503,
    times: 9,
  });
  const on = (disk: string) => pod(disk).spec({ nodeSelector: { disk } });
  await world.cluster.bind(on("ssd"), on("tape"));
  await world.advance(60_000);
  assert.equal(world.cluster.row("ssd"), "1/1 Running");
  assert.equal(world.cluster.status("tape").reason, "NodeAffinity");
});

Deno.test("a pod that is deleted before it is decided on goes", async () => {
  await using world = await createWorld({ inCluster: true });
  const asking = (name: string) => pod(name).container("main", { ports });
  await world.cluster.bind(asking("early"));
  await world.stopAgent();
  world.runtime.goDown();
  await world.startAgent();
  await world.cluster.bind(asking("late"));
  assert.equal(world.cluster.row("late"), "0/1 Pending");
  await world.cluster.delete("late");
  world.runtime.comeBack();
  await world.advance(60_000);
  assert.equal(world.cluster.row("late"), "gone");
  assert.equal(world.cluster.row("early"), "1/1 Running");
});
