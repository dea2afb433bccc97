/** Stories of static pods that a cluster sees by their mirrors. */
import assert from "node:assert/strict";
import { nodes, type ObjectRef, pods } from "../../src/core/kube/resource.ts";
import { node } from "../fakes/node.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

const { nodeName } = node();
const nodeRef: ObjectRef = { resource: nodes, name: nodeName };
const staticWeb = pod("web").labels({ app: "web" });

Deno.test("a static pod has a mirror that shows what becomes of it", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.apply(staticWeb);
  const mirror = world.cluster.pod("web");
  assert.equal(mirror?.metadata.annotations?.["kubernetes.io/config.mirror"], "web-uid");
  assert.deepEqual(mirror?.metadata.labels, { app: "web" });
  assert.deepEqual(mirror?.metadata.ownerReferences, [{
    apiVersion: "v1",
    kind: "Node",
    name: nodeName,
    uid: "node-uid",
    controller: true,
  }]);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 1);
  assert.equal(
    world.runtime.sandboxesOf(mirror?.metadata.uid ?? "").length,
    0,
    "it is no pod of its own",
  );
});

Deno.test("a mirror that somebody deletes is made again, and the static pod runs on", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.apply(staticWeb);
  const before = world.cluster.pod("web")?.metadata.uid;
  world.runtime.forgetCalls();
  for (const graceSeconds of [30, 0]) {
    await world.cluster.delete("web", { graceSeconds });
    await world.advance(2_000);
    assert.equal(world.cluster.row("web"), "1/1 Running");
    assert.notEqual(world.cluster.pod("web")?.metadata.uid, before);
    assert.equal(world.cluster.pod("web")?.metadata.deletionTimestamp, undefined);
  }
  assert.deepEqual(world.runtime.story(), []);
});

Deno.test("a manifest that changed has another mirror, once the pod before is gone", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  await world.apply(pod("web").uid("first"));
  const before = world.cluster.pod("web")?.metadata.uid;
  await world.apply(pod("web").uid("second"));
  await world.advance(10_000);
  const mirror = world.cluster.pod("web");
  assert.notEqual(mirror?.metadata.uid, before);
  assert.equal(mirror?.metadata.annotations?.["kubernetes.io/config.mirror"], "second");
  assert.equal(world.cluster.row("web"), "1/1 Running");
});

Deno.test("a mirror goes when its static pod is gone, and not before", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 5_000, exitCode: 1 } });
  await world.apply(staticWeb);
  await world.delete("web");
  await world.advance(4_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  await world.advance(1_000);
  assert.equal(world.cluster.row("web"), "gone");
});

Deno.test("a mirror whose static pod went while the agent was away goes when it is back", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.apply(staticWeb, pod("other"));
  await world.stopAgent();
  await world.delete("web");
  await world.startAgent();
  await world.advance(10_000);
  assert.equal(world.cluster.row("web"), "gone");
  assert.equal(world.cluster.row("other"), "1/1 Running");
});

Deno.test("mirrors stay while the manifests cannot be read", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.apply(staticWeb);
  await world.stopAgent();
  world.source.set([]);
  world.source.goDown();
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
});

for (const away of [false, true]) {
  const how = away ? "though it hears of them late" : "";
  Deno.test(`an agent that comes back finds its mirrors right ${how}`, async () => {
    await using world = await createWorld({ inCluster: true });
    await world.apply(staticWeb);
    await world.advance(60_000);
    const before = world.cluster.pod("web");
    await world.stopAgent();
    if (away) world.cluster.server.goDown();
    await world.startAgent();
    await world.advance(60_000);
    const told = world.cluster.story().length;
    world.cluster.server.comeBack();
    await world.advance(120_000);
    assert.deepEqual(world.cluster.story().slice(told), []);
    assert.deepEqual(world.cluster.pod("web")?.status, before?.status);
  });
}

Deno.test("mirrors wait until the node is registered", async () => {
  await using world = await createWorld({ inCluster: true });
  world.cluster.server.remove(nodeRef);
  await world.apply(staticWeb);
  await world.advance(30_000);
  assert.equal(world.cluster.row("web"), "gone");
  assert.equal(world.row("web"), "1/1 Running");
  world.cluster.server.put(nodes, { metadata: { name: nodeName, uid: "new-node" } });
  await world.advance(60_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  assert.equal(world.cluster.pod("web")?.metadata.ownerReferences?.[0]?.uid, "new-node");
});

Deno.test("a static pod that runs while the server is away has its mirror once it is back", async () => {
  await using world = await createWorld({ inCluster: true });
  world.cluster.server.goDown();
  await world.apply(staticWeb);
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
});

Deno.test("a pod of the server that has a static pod's name is not run", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.apply(staticWeb);
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "web" });
  await world.cluster.bind(pod("web").uid("other"));
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  assert.equal(world.runtime.sandboxesOf("other").length, 0);
});
