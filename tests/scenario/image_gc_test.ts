/** Stories of images that nobody needs any more, on a disk that fills up. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const period = 5 * 60_000;
const old = "registry.example/old:1";

/** A disk of 1,000 MB, so much of which is used. */
function fill(world: World, usedPercent: number): void {
  world.machine.state.fileSystems.set("/var/lib/containerd", {
    capacityBytes: 1_000_000_000,
    usedBytes: usedPercent * 10_000_000,
    availableBytes: (100 - usedPercent) * 10_000_000,
    inodes: 0,
    inodesFree: 0,
  });
}

/** With an old image of 300 MB. */
async function fullWorld(usedPercent: number, options: WorldOptions = {}): Promise<World> {
  const world = await createWorld(options);
  fill(world, usedPercent);
  await world.runtime.images.remove("busybox:1");
  world.runtime.images.add(old, { sizeBytes: 300_000_000 });
  return world;
}

const isThere = (world: World, name = old) => world.runtime.images.find(name) !== undefined;

/** Two looks: an image that has just been seen is too young. */
const collect = (world: World) => world.advance(2 * period);

Deno.test("an image that nobody needs goes when the disk is short of room, and no sooner", async () => {
  await using world = await fullWorld(84);
  await collect(world);
  assert.ok(isThere(world));
  await using full = await fullWorld(85);
  await collect(full);
  assert.ok(!isThere(full));
  assert.equal(full.metrics().get('kubelet_image_garbage_collected_total{reason="space"}'), 1);
});

Deno.test("what pods use or wait for stays, and so do sandboxes' and imported images", async () => {
  await using world = await fullWorld(99);
  const { images } = world.runtime;
  images.add("registry.example/used:1");
  images.add("registry.example/waits:1");
  images.add("registry.k8s.io/pause:3.10");
  images.add("registry.example/pinned:1", { pinned: true });
  images.add("registry.example/imported:1");
  const names = ["registry.example/imported:1"];
  world.importedArchives.push({ path: "/a.tar", sizeBytes: 1, modifiedAt: 0, names });
  await world.apply(
    pod("a").container("main", { image: "registry.example/used:1" }),
    pod("b").container("main", { image: "registry.example/none" })
      .container("late", { image: "registry.example/waits:1" }),
  );
  await collect(world);
  const left = (await images.list()).flatMap(({ tags }) => tags);
  assert.ok(!left.includes(old));
  for (const name of ["used:1", "waits:1", "pinned:1", "imported:1"]) {
    assert.ok(left.includes(`registry.example/${name}`), name);
  }
  assert.ok(left.includes("registry.k8s.io/pause:3.10"));
});

Deno.test("while the API server is away nothing goes, however full the disk is", async () => {
  await using world = await fullWorld(99, { inCluster: true });
  world.cluster.server.goDown();
  await world.advance(60 * 60_000);
  assert.ok(isThere(world));
  world.cluster.server.comeBack();
  await world.advance(60 * 60_000);
  assert.ok(!isThere(world));
});

Deno.test("a link that has just become a black hole counts before its watches end", async () => {
  await using world = await fullWorld(10, { inCluster: true });
  await world.advance(2 * period - 60_000);
  world.cluster.server.goDown("silent");
  fill(world, 99);
  await world.advance(90_000);
  assert.ok(isThere(world));
});

Deno.test("what a registry that is away would have to give again stays, what another has goes", async () => {
  await using world = await fullWorld(99);
  const image = "registry.example/app:1";
  world.runtime.images.add(image);
  world.runtime.images.add("other.example/old:1", { sizeBytes: 300_000_000 });
  world.runtime.fail("pull", { error: "dial tcp 192.0.2.1:443: i/o timeout" });
  await world.apply(pod("web").container("main", { image, imagePullPolicy: "Always" }));
  await collect(world);
  assert.ok(isThere(world));
  assert.ok(!isThere(world, "other.example/old:1"));
});

Deno.test("an image goes for its age on an empty disk, if that is asked for", async () => {
  const imageGc = { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, maxAgeMs: 24 * 3_600_000 };
  await using world = await fullWorld(10, { settings: { imageGc } });
  await world.advance(24 * 3_600_000);
  assert.ok(isThere(world));
  await collect(world);
  assert.ok(!isThere(world));
  assert.equal(world.metrics().get('kubelet_image_garbage_collected_total{reason="age"}'), 1);
});

Deno.test("what cannot be freed is told of in the kubelet's words", async () => {
  await using world = await fullWorld(99);
  await world.runtime.images.remove(old);
  const told = () =>
    world.agent.events.list(0).map(({ reason, message, type }) => `${type} ${reason} ${message}`);
  const message = "Failed to garbage collect required amount of images. Attempted to free " +
    "190000000 bytes, but only found 0 bytes eligible to free.";
  await world.advance(period);
  assert.deepEqual(told(), [`Warning FreeDiskSpaceFailed ${message}`]);
  await world.advance(period);
  assert.ok(told().includes(`Warning ImageGCFailed ${message}`));
});
