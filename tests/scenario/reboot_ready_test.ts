/** Stories of nodes that are asked whether their pods would come back, and of the power cut that proves it. */
import assert from "node:assert/strict";
import { configMaps, nodes, services } from "../../src/core/kube/resource.ts";
import type { Node, NodeCondition } from "../../src/core/node/node_object.ts";
import { Unavailable } from "../../src/ports/errors.ts";
import { pod } from "../fakes/pods.ts";
import { cutPower, joinedWorld } from "./site.ts";
import type { World } from "./world.ts";

const lookMs = 5 * 60_000;

/** `name: what is missing`, of those that lack something. */
async function missing({ agent }: World): Promise<readonly string[]> {
  const pods = await agent.rebootReadiness();
  return pods.filter((each) => each.missing !== "").map((each) => `${each.name}: ${each.missing}`);
}

function condition({ cluster: { server } }: World): NodeCondition | undefined {
  const { status }: Node = JSON.parse(
    JSON.stringify(server.get({ resource: nodes, name: "edge-1" }) ?? {}),
  );
  return status?.conditions?.find(({ type }) => type === "skerry.dev/RebootReady");
}

/** The world after its power was cut, without a link. */
async function rebooted(world: World): Promise<readonly string[]> {
  world.cluster.server.goDown();
  cutPower(world);
  await world.startAgent();
  await world.advance(60_000);
  return world.runtime.running();
}

function putConfig({ cluster }: World): void {
  cluster.server.put(configMaps, { metadata: { name: "conf", namespace: "default" }, data: {} });
}

Deno.test("pods that are said to come back do", async () => {
  await using world = await joinedWorld();
  putConfig(world);
  await world.cluster.bind(pod("web"), pod("db").volume("conf", { configMap: { name: "conf" } }));
  await world.apply(pod("static"));
  await world.advance(lookMs);
  assert.deepEqual(await missing(world), []);
  assert.equal(condition(world)?.status, "True");
  assert.equal(world.metrics().get("skerry_pods_not_reboot_ready"), 0);
  assert.deepEqual(await rebooted(world), ["db/main", "static/main", "web/main"]);
});

Deno.test("an image that somebody has removed is named, and the pod does not come back", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web"));
  await world.advance(lookMs);
  await world.runtime.images.remove("busybox:1");
  assert.deepEqual(await missing(world), ['web: image "busybox:1" is not there']);
  await world.advance(lookMs + 60_000);
  assert.deepEqual([condition(world)?.status, condition(world)?.reason], [
    "False",
    "PodsWouldBeLost",
  ]);
  assert.match(condition(world)?.message ?? "", /default\/web \(image "busybox:1" is not there\)/);
  assert.deepEqual(await rebooted(world), []);
});

Deno.test("what a full disk could not take is named, and the pod does not come back", async () => {
  await using world = await joinedWorld({ errors: [] });
  world.store.disk.full = true;
  await world.cluster.bind(pod("web"));
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(await missing(world), ["web: the pod is not in the local store"]);
  assert.deepEqual(await rebooted(world), []);
});

Deno.test("services that a damaged store has lost are named, and the pod does not come back", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web"));
  await world.apply(pod("static"));
  await world.advance(lookMs);
  const { objects } = world.store;
  for (const { metadata: { namespace = "", name = "" } = {} } of await objects.load(services)) {
    await objects.remove({ resource: services, namespace, name });
  }
  assert.deepEqual(await missing(world), ["web: no service is in the local store"]);
  assert.deepEqual(await rebooted(world), ["static/main"]);
});

Deno.test("what is optional and was never there keeps no pod from coming back", async () => {
  await using world = await joinedWorld();
  const optional = true;
  await world.cluster.bind(
    pod("web").volume("extra", { configMap: { name: "none", optional } })
      .container("main", { envFrom: [{ secretRef: { name: "none", optional } }] }),
  );
  await world.advance(lookMs);
  assert.deepEqual(await missing(world), []);
  assert.deepEqual(await rebooted(world), ["web/main"]);
});

Deno.test("pods that end, or have ended, are not asked for", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("job").restartPolicy("Never"), pod("web").grace(600));
  world.runtime.exit("job/main", { code: 0 });
  await world.advance(10_000);
  assert.deepEqual((await world.agent.rebootReadiness()).map(({ name }) => name), ["web"]);
});

Deno.test("what cannot be found out is no verdict", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web"));
  await world.advance(60_000);
  world.runtime.fail("list", { error: new Unavailable("too busy") });
  await world.advance(lookMs);
  assert.equal(condition(world)?.status, "Unknown");
  assert.ok(Number.isNaN(world.metrics().get("skerry_pods_not_reboot_ready")));
});

Deno.test("an agent that has just started says nothing else than the one before it", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web"));
  await world.advance(60_000);
  const before = condition(world);
  assert.equal(before?.status, "True");
  await world.restartAgent();
  await world.advance(20_000);
  assert.deepEqual(condition(world)?.status, "True");
  await world.advance(60_000);
  assert.equal(condition(world)?.lastTransitionTime, before?.lastTransitionTime);
});
