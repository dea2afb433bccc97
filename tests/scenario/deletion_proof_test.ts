/** Stories of API servers that do not show the node's pods, and are not to be believed. */
import assert from "node:assert/strict";
import { namespaces, nodes, pods } from "../../src/core/kube/resource.ts";
import { pod } from "../fakes/pods.ts";
import { cutPower, joinedWorld, putService, storedPods } from "./site.ts";
import type { World } from "./world.ts";

const three = [pod("a"), pod("b"), pod("c")];

/** The server is one with nothing in it, from now on. */
function emptyEtcd({ cluster: { server } }: World): void {
  server.replaceWithOlder({ version: 1, objects: new Map() });
}

/** The server is of another cluster: busier than ours, with a Node and a pod of its own for this name. */
function otherCluster(world: World): void {
  const { server } = world.cluster;
  server.replaceWithOlder({ version: 5_000, objects: new Map() });
  server.put(namespaces, { metadata: { name: "kube-system", uid: "other-cluster" } });
  server.put(nodes, { metadata: { name: "edge-1", uid: "other-node" } });
  putService(world);
}

/** The node may see by what its cluster is known. */
async function showKubeSystem(world: World): Promise<void> {
  world.cluster.server.put(namespaces, { metadata: { name: "kube-system", uid: "ours" } });
  await world.restartAgent();
}

/** The cluster gets so busy that a backup of before is far behind. */
async function grow({ cluster }: World, name: string): Promise<void> {
  for (let count = 0; count < 200; count++) await cluster.change(name, note(count));
}

function note(count: number): object {
  return { metadata: { annotations: { note: String(count) } } };
}

function condition({ cluster }: World) {
  const node = cluster.server.get({ resource: nodes, name: "edge-1" });
  const { status } = JSON.parse(JSON.stringify(node ?? {}));
  const all: readonly { type: string; status: string; message: string }[] = status?.conditions ??
    [];
  return all.find(({ type }) => type === "skerry.dev/DeletionsHeld");
}

for (const how of ["while the agent runs", "over a reboot", "over a restart of the agent"]) {
  for (const [what, replace] of Object.entries({ emptyEtcd, otherCluster })) {
    Deno.test(`${what} ${how}: no pod is ended, and it is told what is held`, async () => {
      await using world = await joinedWorld();
      await world.cluster.bind(...three);
      if (how === "over a reboot") cutPower(world);
      if (how === "over a restart of the agent") await world.stopAgent();
      replace(world);
      world.runtime.forgetCalls();
      if (how !== "while the agent runs") await world.startAgent();
      await world.advance(600_000);
      assert.deepEqual(world.runtime.running(), ["a/main", "b/main", "c/main"]);
      assert.ok(world.runtime.story().every((call) => !call.startsWith("stopContainer")));
      assert.deepEqual(await storedPods(world), ["a", "b", "c"]);
      const held = world.agent.heldDeletions();
      assert.equal(held?.reason, "OtherCluster");
      assert.deepEqual(held?.pods, ["default/a", "default/b", "default/c"]);
      assert.ok(world.events("edge-1").some((text) => text.startsWith("Warning DeletionsHeld")));
    });
  }
}

Deno.test("the Node tells what is held, where the cluster has one, and that nothing is any more", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(...three);
  await world.stopAgent();
  otherCluster(world);
  await world.startAgent();
  await world.advance(30_000);
  assert.equal(condition(world)?.status, "True");
  assert.match(condition(world)?.message ?? "", /another cluster .* 3 pods/);
  assert.equal(await world.agent.confirmDeletions(), true);
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), []);
  assert.equal(condition(world)?.status, "False");
  assert.equal(world.agent.heldDeletions(), null);
  assert.equal(await world.agent.confirmDeletions(), false);
  assert.deepEqual(await storedPods(world), []);
});

Deno.test("once confirmed, the node is of the new cluster: its deletions count, also after a reboot", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(...three);
  await world.stopAgent();
  otherCluster(world);
  await world.startAgent();
  await world.advance(10_000);
  await world.agent.confirmDeletions();
  await world.cluster.bind(pod("new").uid("new"));
  await world.advance(60_000);
  assert.equal(world.row("new"), "1/1 Running");
  cutPower(world);
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "new" });
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), []);
  assert.equal(world.agent.heldDeletions(), null);
});

Deno.test("another cluster's pods run beside those that are held, but for one that has a held one's name", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(...three);
  await world.stopAgent();
  otherCluster(world);
  await world.cluster.bind(pod("a").uid("other-a"), pod("d").uid("other-d"));
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["a/main", "b/main", "c/main", "d/main"]);
  assert.equal(world.pod("a")?.metadata.uid, "a-uid");
  await world.agent.confirmDeletions();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["a/main", "d/main"]);
  assert.equal(world.pod("a")?.metadata.uid, "other-a");
});

Deno.test("the right server ends the hold: what it shows goes on, what it does not is ended", async () => {
  await using world = await joinedWorld();
  await showKubeSystem(world);
  await world.cluster.bind(...three);
  await world.stopAgent();
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "b" });
  const ours = world.cluster.server.snapshot();
  otherCluster(world);
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["a/main", "b/main", "c/main"]);
  world.cluster.server.replaceWithOlder(ours);
  await world.advance(120_000);
  assert.deepEqual(world.runtime.running(), ["a/main", "c/main"]);
  assert.equal(world.agent.heldDeletions(), null);
  assert.equal(world.cluster.row("a"), "1/1 Running");
});

for (const how of ["while the agent runs", "over a reboot"]) {
  Deno.test(`a restored etcd that lacks most pods ${how}: they are held, however far it comes`, async () => {
    await using world = await joinedWorld();
    await showKubeSystem(world);
    await world.cluster.bind(pod("old"));
    const backup = world.cluster.server.snapshot();
    await world.cluster.bind(...three);
    await grow(world, "a");
    if (how === "over a reboot") cutPower(world);
    world.cluster.server.replaceWithOlder(backup);
    if (how === "over a reboot") await world.startAgent();
    await world.advance(300_000);
    assert.equal(world.agent.heldDeletions()?.reason, "OlderData");
    await grow(world, "old");
    await world.cluster.bind(...["d", "e", "f", "g"].map((name) => pod(name)));
    await world.restartAgent();
    await world.advance(60_000);
    assert.deepEqual(world.agent.heldDeletions()?.pods, ["default/a", "default/b", "default/c"]);
    assert.equal(world.runtime.running().length, 8);
    await world.agent.confirmDeletions();
    await world.advance(60_000);
    const left = ["d/main", "e/main", "f/main", "g/main", "old/main"];
    assert.deepEqual(world.runtime.running(), left);
    await world.restartAgent();
    await world.advance(60_000);
    assert.deepEqual(world.runtime.running(), left);
    assert.equal(world.agent.heldDeletions(), null);
  });
}

Deno.test("a restored etcd that lacks few pods takes them once it has come as far, also over a reboot", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("old"), pod("older"), pod("oldest"));
  const backup = world.cluster.server.snapshot();
  await world.cluster.bind(pod("young"));
  await grow(world, "young");
  cutPower(world);
  world.cluster.server.replaceWithOlder(backup);
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.row("young"), "1/1 Running", "it might come");
  assert.equal(world.agent.heldDeletions(), null);
  await grow(world, "old");
  await world.advance(60_000);
  assert.equal(world.row("young"), "gone");
});

Deno.test("a deletion in so many words counts, from whatever server that has the pod", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("old"));
  const backup = world.cluster.server.snapshot();
  await world.cluster.bind(...three);
  await grow(world, "a");
  world.cluster.server.replaceWithOlder(backup);
  await world.advance(300_000);
  assert.equal(world.agent.heldDeletions()?.reason, "OlderData");
  await world.cluster.delete("old");
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["a/main", "b/main", "c/main"]);
});

Deno.test("all pods of a node may be deleted while it is away, and while it looks on", async () => {
  for (const isAway of [true, false]) {
    await using world = await joinedWorld();
    await world.cluster.bind(...three);
    if (isAway) cutPower(world);
    for (const name of ["a", "b", "c"]) {
      world.cluster.server.remove({ resource: pods, namespace: "default", name });
    }
    if (isAway) await world.startAgent();
    await world.advance(60_000);
    assert.deepEqual(world.runtime.running(), []);
    assert.equal(world.agent.heldDeletions(), null);
  }
});

Deno.test("a Node that somebody has deleted is no other cluster where kube-system shows which it is", async () => {
  await using world = await joinedWorld();
  await showKubeSystem(world);
  await world.cluster.bind(...three);
  await world.stopAgent();
  world.cluster.server.remove({ resource: nodes, name: "edge-1" });
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "a" });
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["b/main", "c/main"]);
});

Deno.test("while it cannot be told of which cluster the server is, no pod is ended", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(...three);
  cutPower(world);
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "a" });
  world.cluster.server.fail({ path: "/namespaces/kube-system", status: 503, times: 20 });
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["a/main", "b/main", "c/main"]);
  await world.advance(300_000);
  assert.deepEqual(world.runtime.running(), ["b/main", "c/main"]);
});

Deno.test("another cluster behind the same address, in the midst of a watch: its pods of the same names end none of ours", async () => {
  await using world = await joinedWorld();
  await showKubeSystem(world);
  await world.cluster.bind(...three);
  world.runtime.forgetCalls();
  const { server } = world.cluster;
  server.put(namespaces, { metadata: { name: "kube-system", uid: "other-cluster" } });
  for (const name of ["a", "b"]) {
    const { metadata, ...other } = pod(name).uid(`other-${name}`).spec({ nodeName: "edge-1" })
      .build();
    server.put(pods, { metadata: { ...metadata, resourceVersion: "" }, ...other });
  }
  await world.advance(600_000);
  assert.deepEqual(world.runtime.running(), ["a/main", "b/main", "c/main"]);
  assert.deepEqual(world.runtime.story(), [], "nothing was ended, nothing started in its place");
  assert.equal(world.agent.heldDeletions()?.reason, "OtherCluster");
  assert.deepEqual(await storedPods(world), ["a", "b", "c"]);
});
