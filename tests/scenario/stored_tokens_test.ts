/** Stories of service account tokens that outlive the agent: stored, restored, and replaced once there is a link. */
import assert from "node:assert/strict";
import { tokenTimes } from "../../src/core/kube/token_times.ts";
import { services } from "../../src/core/kube/resource.ts";
import { pod, type PodBuilder } from "../fakes/pods.ts";
import { type Objects, objectsOf, read } from "./objects.ts";
import { createWorld, type World } from "./world.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A pod with one token; the API server's own, which lives for a year, unless an audience is given. */
function podWith({ name = "web", audience = "" } = {}): PodBuilder {
  const serviceAccountToken = {
    path: "token",
    ...(audience === "" ? { expirationSeconds: 3607 } : { audience, expirationSeconds: 3600 }),
  };
  return pod(name).grace(0).spec({ serviceAccountName: "robot" })
    .volume("api", { projected: { sources: [{ serviceAccountToken }] } });
}

async function stage(): Promise<World & { readonly objects: Objects }> {
  const world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putAccount("robot");
  world.cluster.server.put(services, {
    metadata: { namespace: "default", name: "kubernetes" },
    spec: { clusterIP: "10.96.0.1", ports: [{ port: 443 }] },
  });
  return Object.assign(world, { objects });
}

function tokenOf(world: World): string {
  const token = read(world, "projected/api/token");
  assert(token !== undefined, "the pod has a token");
  return token;
}

/** The board starts anew: what lay on a tmpfs is lost, and the API server is away. */
async function rebootWithoutLink(world: World, { afterMs = 0 } = {}): Promise<void> {
  world.cluster.server.goDown();
  await world.stopAgent();
  world.runtime.reboot();
  await world.files.removeTree("/var/lib/skerry/pods/web-uid/volumes");
  await world.clock.advance(afterMs);
  await world.startAgent();
}

Deno.test("after a reboot without a link a pod has its token at once", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith());
  await world.advance(1_000);
  const token = tokenOf(world);
  await rebootWithoutLink(world, { afterMs: 30 * day });
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(tokenOf(world), token);
  assert.ok(!world.events("web").join().includes("Token"), "a year is not over");
});

Deno.test("what is stored is the token's true end", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith());
  await world.advance(1_000);
  const [stored] = await world.store.tokens.load();
  const expiresAt = tokenTimes(tokenOf(world))?.expiresAt;
  assert.equal(stored?.expiresAt, expiresAt);
  assert.ok((expiresAt ?? 0) > world.clock.now() + 364 * day);
});

Deno.test("a token that has expired stays in use while there is no link, and that is said once", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith({ audience: "vault" }));
  await world.advance(1_000);
  const token = tokenOf(world);
  await rebootWithoutLink(world, { afterMs: 5 * hour });
  await world.advance(30 * minute);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(tokenOf(world), token);
  const told = world.events("web").filter((event) => event.includes("TokenExpired"));
  assert.equal(told.length, 1);
  assert.match(
    told[0] ?? "",
    /^Warning TokenExpired the token for "vault" expired at \S+ and refresh failed: .*; it stays in use until there is another$/,
  );
  assert.equal((await world.store.tokens.load()).length, 1);

  world.cluster.server.comeBack();
  await world.advance(3 * minute);
  assert.notEqual(tokenOf(world), token);
  assert.deepEqual((await world.store.tokens.load()).map(({ text }) => text), [tokenOf(world)]);
  assert.equal(world.events("web").filter((event) => event.includes("TokenExpired")).length, 1);
});

Deno.test("a token that expires while the agent runs without a link is told of as well", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith({ audience: "vault" }));
  await world.advance(10 * minute);
  const token = tokenOf(world);
  world.cluster.server.goDown();
  await world.advance(2 * hour);
  assert.equal(tokenOf(world), token);
  assert.equal(world.events("web").filter((event) => event.includes("TokenExpired")).length, 1);
});

Deno.test("with a link a pod whose stored token has expired starts with a new one", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith({ audience: "vault" }));
  await world.advance(1_000);
  const token = tokenOf(world);
  await rebootWithoutLink(world, { afterMs: 0 });
  await world.stopAgent();
  await world.clock.advance(5 * hour);
  world.cluster.server.comeBack();
  world.runtime.reboot();
  await world.startAgent();
  await world.advance(1_000);
  assert.notEqual(tokenOf(world), token);
});

Deno.test("a token that lives for a year is not written each hour, and is renewed all the same", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith());
  await world.advance(minute);
  const token = tokenOf(world);
  await world.advance(10 * hour);
  assert.ok(world.objects.tokenRequests() > 10);
  assert.notEqual(tokenOf(world), token);
  assert.deepEqual((await world.store.tokens.load()).map(({ text }) => text), [token]);
});

Deno.test("of tokens that live for an hour the newest is stored", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith({ audience: "vault" }));
  await world.advance(10 * hour);
  assert.deepEqual((await world.store.tokens.load()).map(({ text }) => text), [tokenOf(world)]);
});

Deno.test("tokens of many pods are not all asked for at once when the link is back", async () => {
  let turn = 0;
  const random = { fraction: () => (turn++ % 20) / 20 };
  await using world = await createWorld({ inCluster: true, random });
  const objects = objectsOf(world);
  await objects.putAccount("robot");
  const names = Array.from({ length: 20 }, (_, index) => `web-${index}`);
  await world.cluster.bind(...names.map((name) => podWith({ name })));
  await world.advance(minute);
  assert.equal(objects.tokenRequests(), 20);
  world.cluster.server.goDown();
  await world.stopAgent();
  await world.clock.advance(day);
  await world.startAgent();
  await world.advance(hour);
  world.cluster.server.comeBack();
  let before = objects.tokenRequests();
  let most = 0;
  for (let second = 0; second < 20 * 60; second++) {
    await world.advance(1_000);
    most = Math.max(most, objects.tokenRequests() - before);
    before = objects.tokenRequests();
  }
  assert.equal(before, 40, "all have been renewed once");
  assert.ok(most <= 5, `${most} in one second`);
});

Deno.test("a token goes from the store with its pod", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith(), podWith({ name: "other" }));
  await world.advance(1_000);
  await world.cluster.delete("web");
  await world.advance(1_000);
  assert.deepEqual((await world.store.tokens.load()).map(({ podUid }) => podUid), ["other-uid"]);
});

Deno.test("a token of a pod that was deleted while the agent was away goes once that is certain", async () => {
  await using world = await stage();
  await world.cluster.bind(podWith());
  await world.advance(1_000);
  await world.stopAgent();
  await world.cluster.delete("web", { graceSeconds: 0 });
  world.cluster.server.goDown();
  await world.startAgent();
  await world.advance(hour);
  assert.equal((await world.store.tokens.load()).length, 1);
  world.cluster.server.comeBack();
  await world.advance(5 * minute);
  assert.equal((await world.store.tokens.load()).length, 0);
});

Deno.test("a disk that takes no token costs it after a reboot, and nothing before", async () => {
  await using world = await stage();
  world.store.disk.full = true;
  await world.cluster.bind(podWith());
  await world.advance(10 * minute);
  assert.equal(world.row("web"), "1/1 Running");
  world.store.disk.full = false;
  await world.advance(minute);
  assert.deepEqual((await world.store.tokens.load()).map(({ text }) => text), [tokenOf(world)]);
});
