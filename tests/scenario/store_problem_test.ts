/** A local store whose disk is full: pods go on, it is told of, and it is over when there is room. */
import assert from "node:assert/strict";
import { configMaps, nodes, pods, secrets } from "../../src/core/kube/resource.ts";
import { pod } from "../fakes/pods.ts";
import { objectsOf } from "./objects.ts";
import { cutPower, joinedWorld, storedPods } from "./site.ts";
import { createWorld, type World } from "./world.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

function condition({ cluster: { server } }: World): Condition | undefined {
  const node = server.get({ resource: nodes, name: "edge-1" });
  const { status } = JSON.parse(JSON.stringify(node ?? {}));
  const all: readonly Condition[] = status?.conditions ?? [];
  return all.find(({ type }) => type === "skerry.dev/StoreProblem");
}

Deno.test("a full disk is told of by event, condition and metric, and so is that it is over", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.advance(30_000);
  assert.equal(condition(world), undefined, "nothing is told of a store that works");
  world.store.disk.full = true;
  await world.cluster.bind(pod("web"));
  await world.advance(30_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(condition(world)?.status, "True");
  assert.equal(condition(world)?.reason, "DiskFull");
  assert.equal(world.metrics().get("skerry_store_writable"), 0);
  const events = () => world.events("edge-1").filter((text) => text.includes("Store"));
  assert.match(events().join("\n"), /^Warning StoreProblem .*Pods run on.*$/);
  world.store.disk.full = false;
  await world.advance(30_000);
  assert.equal(condition(world)?.status, "False");
  assert.equal(world.metrics().get("skerry_store_writable"), 1);
  assert.match(events().at(-1) ?? "", /^Normal StoreRecovered/);
  assert.equal(events().length, 2);
});

Deno.test("what was to be remembered of a pod while the disk was full is there for the next agent", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { exitCode: 1 }, { exitCode: 1 }, {});
  world.store.disk.full = true;
  await world.apply(pod("web"));
  await world.advance(15_000);
  assert.equal(world.container("web/main").restartCount, 2);
  assert.equal((await world.store.memories.load()).size, 0);
  world.store.disk.full = false;
  await world.advance(60_000);
  assert.equal((await world.store.memories.load()).size, 1);
});

Deno.test("a store that turns out to be damaged is filled again from what runs, and the next agent has its pods", async () => {
  await using world = await joinedWorld();
  await world.cluster.bind(pod("web"), pod("job"));
  await world.advance(60_000);
  const { memories, objects, disk } = world.store;
  memories.kept.clear();
  for (const name of ["web", "job"]) {
    await objects.remove({ resource: pods, namespace: "default", name });
  }
  disk.setAside = "/var/lib/skerry/skerry.db.damaged-2026-01-01";
  await world.advance(30_000);
  assert.ok(world.events("edge-1").some((text) => text.startsWith("Warning StoreDamaged")));
  assert.equal((await memories.load()).size, 2);
  assert.deepEqual(await storedPods(world), ["job", "web"]);
  cutPower(world);
  await world.startAgent();
  await world.advance(30_000);
  assert.deepEqual(world.runtime.running(), ["job/main", "web/main"]);
});

Deno.test("it is filled again with what pods refer to as well, and with which cluster the node is of", async () => {
  await using world = await joinedWorld();
  const place = { namespace: "default", name: "conf" };
  world.cluster.server.put(configMaps, { metadata: place, data: { a: "b" } });
  world.cluster.server.put(secrets, { metadata: { ...place, name: "keys" }, data: {} });
  await objectsOf(world).putAccount("robot");
  const token = { serviceAccountToken: { path: "token" } };
  await world.cluster.bind(
    pod("web").spec({ serviceAccountName: "robot" }).volume("conf", { configMap: { name: "conf" } })
      .volume("keys", { secret: { secretName: "keys" } })
      .volume("token", { projected: { sources: [token] } }),
  );
  await world.advance(60_000);
  const { objects, tokens, facts, disk } = world.store;
  const cluster = (await facts.load()).get("ClusterUid");
  assert.ok(cluster);
  await objects.remove({ resource: configMaps, ...place });
  await objects.remove({ resource: secrets, ...place, name: "keys" });
  await tokens.remove(world.pod("web")?.metadata.uid ?? "");
  await facts.save("ClusterUid", "");
  assert.notEqual((await world.agent.rebootReadiness())[0]?.missing, "");
  disk.setAside = "/var/lib/skerry/skerry.db.damaged-2026-01-01";
  await world.advance(30_000);
  assert.equal((await world.agent.rebootReadiness())[0]?.missing, "");
  assert.equal((await facts.load()).get("ClusterUid"), cluster);
});
