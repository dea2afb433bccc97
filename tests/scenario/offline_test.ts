/** Stories of a node that starts without its API server. */
import assert from "node:assert/strict";
import { nodes, pods } from "../../src/core/kube/resource.ts";
import { pod } from "../fakes/pods.ts";
import { cutPower, joinedWorld, storedPods } from "./site.ts";
import type { World } from "./world.ts";

/** How the link to the API server is gone. */
const links: Readonly<Record<string, (world: World) => void>> = {
  "refuses": ({ cluster }) => cluster.server.goDown(),
  "is a black hole": ({ cluster }) => cluster.server.goDown("silent"),
  "has no use for the credential": ({ cluster }) =>
    cluster.server.fail({ status: 401, times: 1_000_000 }),
  "is a captive portal": ({ cluster }) =>
    cluster.server.fail({ status: 200, times: 1_000_000, body: "<html>Welcome" }),
};

for (const [what, cut] of Object.entries(links)) {
  Deno.test(`after a reboot pods start at once from the store, where the server ${what}`, async () => {
    await using world = await joinedWorld();
    await world.cluster.bind(pod("web"), pod("db").sidecar("proxy").container("main"));
    await world.advance(60_000);
    cut(world);
    cutPower(world);
    assert.deepEqual(world.runtime.running(), []);
    await world.startAgent();
    await world.advance(0);
    assert.deepEqual(world.runtime.running(), ["db/main", "db/proxy", "web/main"]);
    assert.equal(world.row("web"), "1/1 Running");
    await world.advance(600_000);
    assert.deepEqual(world.runtime.running(), ["db/main", "db/proxy", "web/main"]);

    world.cluster.server.heal();
    world.cluster.server.comeBack();
    world.runtime.forgetCalls();
    await world.advance(120_000);
    assert.deepEqual(world.runtime.story(), [], "nothing is restarted for the link's return");
    assert.equal(world.cluster.row("web"), "1/1 Running");
    assert.equal(world.cluster.status("web").podIP, world.status("web").podIP);
  });
}

Deno.test("a pod that is bound and the power cut in the same moment has its place after the reboot", async () => {
  await using world = await joinedWorld();
  world.runtime.delay("runSandbox", { ms: 5_000 });
  await world.cluster.bind(pod("web"));
  world.cluster.server.goDown();
  cutPower(world);
  await world.startAgent();
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("a pod that the server has deleted while the node was away is ended with its grace once that shows", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web").grace(7), pod("other"));
  world.cluster.server.goDown();
  cutPower(world);
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "web" });
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running", "nobody could know");
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(world.runtime.running(), ["other/main"]);
  assert.deepEqual(await storedPods(world), ["other"]);
});

Deno.test("a pod that was deleted before the power failed is ended after the reboot, not started", async () => {
  await using world = await joinedWorld();
  world.runtime.program("main", { onStop: "ignored" });
  await world.cluster.bind(pod("web"), pod("forced"), pod("other"));
  await world.cluster.delete("web");
  await world.cluster.delete("forced", { graceSeconds: 0 });
  assert.deepEqual(world.runtime.running(), ["forced/main", "other/main", "web/main"]);
  world.cluster.server.goDown();
  cutPower(world);
  world.runtime.forgetCalls();
  await world.startAgent();
  await world.advance(120_000);
  assert.deepEqual(world.runtime.running(), ["other/main"]);
  assert.ok(world.runtime.story().every((call) => !/^(run|start).*(web|forced)/.test(call)));
  assert.equal(world.row("forced"), "gone");
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.equal(world.row("web"), "gone");
  assert.equal(world.cluster.row("web"), "gone");
  assert.deepEqual(await storedPods(world), ["other"]);
});

Deno.test("a pod that was marked for deletion while the node was away is ended as asked", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web").grace(30), pod("other"));
  world.runtime.program("main", { onStop: "ignored" });
  world.cluster.server.goDown();
  cutPower(world);
  world.cluster.server.comeBack();
  await world.cluster.delete("web", { graceSeconds: 5 });
  world.cluster.server.goDown();
  await world.startAgent();
  await world.advance(60_000);
  world.runtime.forgetCalls();
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.ok(world.runtime.story().some((call) => /^stopContainer web\/main#\d+ 5s$/.test(call)));
  assert.equal(world.cluster.row("web"), "gone");
  assert.equal(world.row("other"), "1/1 Running");
});

Deno.test("a pod of the same name that has come meanwhile starts when the former one is ended", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web-0").uid("first"));
  world.cluster.server.goDown();
  cutPower(world);
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "web-0" });
  await world.startAgent();
  await world.cluster.bind(pod("web-0").uid("second"));
  assert.equal(world.pod("web-0")?.metadata.uid, "first");
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.equal(world.pod("web-0")?.metadata.uid, "second");
  assert.equal(world.row("web-0"), "1/1 Running");
  const stored = await world.store.objects.load(pods);
  assert.deepEqual(stored.map(({ metadata }) => metadata?.uid), ["second"]);
});

Deno.test("a pod whose image has changed meanwhile runs the new one once that shows", async () => {
  await using world = await joinedWorld();
  world.runtime.images.add("busybox:2");
  await world.cluster.bind(pod("web"));
  world.cluster.server.goDown();
  cutPower(world);
  await world.startAgent();
  await world.advance(60_000);
  world.cluster.server.comeBack();
  const containers = [{ name: "main", image: "busybox:2" }];
  await world.cluster.change("web", { spec: { containers } });
  await world.advance(60_000);
  assert.equal(world.container("web/main").image, "docker.io/library/busybox:2");
  world.cluster.server.goDown();
  cutPower(world);
  world.runtime.forgetCalls();
  await world.startAgent();
  await world.advance(1_000);
  assert.equal(world.container("web/main").image, "docker.io/library/busybox:2");
});

Deno.test("a pod of which the store takes nothing runs, and is stored once it can be", async () => {
  await using world = await joinedWorld();
  world.store.disk.full = true;
  await world.cluster.bind(pod("web"));
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(await storedPods(world), []);
  await world.advance(600_000);
  const told = world.log.messages("warn").filter((text) => /store the pods/.test(text));
  assert.equal(told.length, 1, "told of once");
  world.store.disk.full = false;
  await world.advance(30_000);
  assert.deepEqual(await storedPods(world), ["web"]);
});

Deno.test("mirrors of static pods are not stored as pods", async () => {
  await using world = await joinedWorld();
  await world.apply(pod("static"));
  await world.cluster.bind(pod("web"));
  assert.equal(world.cluster.row("static"), "1/1 Running");
  assert.deepEqual(await storedPods(world), ["web"]);
  await world.cluster.delete("web");
  await world.advance(1_000);
  assert.deepEqual(await storedPods(world), []);
});

Deno.test("an idle node writes nothing of its pods, and a status that changed is written once", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web"), pod("other"));
  await world.advance(120_000);
  const before = world.store.disk.writes;
  await world.advance(3_000_000);
  assert.equal(world.store.disk.writes, before);
  await world.advance(3_600_000);
  assert.equal(world.store.disk.writes, before + 1, "the time, once an hour");
});

Deno.test("after a reboot those that are critical start first, then by priority, a few at a time", async () => {
  await using world = await joinedWorld();
  const names = ["a", "b", "c", "d", "e", "f"];
  const priorities = [0, 10, -5, 2_000_001_000, 100, 2_000_000_000];
  const all = names.map((name, at) => pod(name).spec({ priority: priorities[at] ?? 0 }));
  await world.cluster.bind(...all);
  world.cluster.server.goDown();
  cutPower(world);
  world.runtime.forgetCalls();
  world.runtime.delay("runSandbox", { ms: 500, times: 100 });
  await world.startAgent();
  const made = () => world.runtime.story().filter((call) => call.startsWith("runSandbox"));
  assert.equal(made().length, 3, "as many as keep two processors busy");
  await world.advance(10_000);
  assert.deepEqual(made().map((call) => call.replace(/^runSandbox (\w).*/, "$1")), [
    "d",
    "f",
    "e",
    "b",
    "a",
    "c",
  ]);
});

Deno.test("what the node knew of itself admits pods after a reboot", async () => {
  await using world = await joinedWorld();
  const ref = { resource: nodes, name: "edge-1" };
  const label = (disk: string | null) =>
    world.cluster.kube.patch(ref, { kind: "merge", body: { metadata: { labels: { disk } } } });
  await label("ssd");
  await world.advance(1_000);
  world.runtime.delay("runSandbox", { ms: 60_000 });
  const ssd = pod("made").spec({ nodeSelector: { disk: "ssd" } });
  await world.cluster.bind(ssd);
  await label(null);
  await world.advance(1_000);
  world.cluster.server.goDown("silent");
  cutPower(world);
  await world.startAgent();
  await world.advance(61_000);
  assert.equal(world.row("made"), "1/1 Running", "it has its place, whatever the labels are now");
});

Deno.test("power that fails again and again makes no pod wait: it is no crash", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web"));
  await world.advance(60_000);
  world.cluster.server.goDown();
  for (let cut = 1; cut <= 5; cut++) {
    cutPower(world);
    await world.startAgent();
    await world.advance(1_000);
    assert.equal(world.row("web"), "1/1 Running", `cut ${cut}`);
  }
  assert.equal(world.container("web/main").restartCount, 5);
});
