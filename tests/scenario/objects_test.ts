/** Stories of pods and the ConfigMaps and Secrets that they refer to. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { objectsOf, read } from "./objects.ts";
import { createWorld, type World } from "./world.ts";

function envOf(world: World): Readonly<Record<string, string>> {
  const { env } = world.runtime.configOf("web/main");
  return Object.fromEntries(env.map(({ key, value }) => [key, value]));
}

function failedMounts(world: World): readonly string[] {
  return world.events("web").filter((event) => event.includes("FailedMount"));
}

const withSecret = pod("web").volume("keys", { secret: { secretName: "keys" } });

Deno.test("a pod gets its environment and its files from objects", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putConfigMap("conf", { LEVEL: "info", "app.conf": "a = 1\n" });
  await objects.putSecret("keys", { token: "s3cret" });
  await world.cluster.bind(
    withSecret.volume("conf", { configMap: { name: "conf" } }).container("main", {
      env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "keys", key: "token" } } }],
      envFrom: [{ configMapRef: { name: "conf" } }],
    }),
  );
  await world.advance(0);
  const env = envOf(world);
  assert.equal(env["TOKEN"], "s3cret");
  assert.equal(env["LEVEL"], "info");
  assert.equal(read(world, "configmap/conf/app.conf"), "a = 1\n");
  assert.equal(read(world, "secret/keys/token"), "s3cret");
  assert.equal(
    world.files.tree.get("/var/lib/skerry/pods/web-uid/volumes/kubernetes.io~secret/keys")?.kind,
    "tmpfs",
  );
});

Deno.test("a pod waits for the Secret of its volume, and starts as soon as it is there", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await world.cluster.bind(withSecret);
  await world.advance(60_000);
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  // After 0.5, 1, 2, 4, … seconds.
  assert.deepEqual(failedMounts(world), [
    'Warning FailedMount MountVolume.SetUp failed for volume "keys" : secret "keys" not found (x7)',
  ]);
  assert.deepEqual(world.runtime.story(), []);
  await objects.putSecret("keys", { token: "s3cret" });
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(read(world, "secret/keys/token"), "s3cret");
});

Deno.test("a container waits for the ConfigMap of its environment, and starts as soon as it is right", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  const env = [{ name: "LEVEL", valueFrom: { configMapKeyRef: { name: "conf", key: "LEVEL" } } }];
  await world.cluster.bind(pod("web").container("main", { env }));
  await world.advance(0);
  const waiting = () => world.container("web/main").state?.waiting;
  const reason = "CreateContainerConfigError";
  assert.deepEqual(waiting(), { reason, message: 'configmap "conf" not found' });
  assert.ok(world.events("web").includes('Warning Failed Error: configmap "conf" not found'));

  await objects.putConfigMap("conf", { OTHER: "x" });
  assert.deepEqual(waiting(), {
    reason,
    message: "couldn't find key LEVEL in ConfigMap default/conf",
  });
  await objects.putConfigMap("conf", { LEVEL: "info" });
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(envOf(world)["LEVEL"], "info");
});

Deno.test("an object that changes is seen in the volume at once, in one step, and nothing restarts", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putConfigMap("conf", { a: "1", b: "1" });
  await world.cluster.bind(pod("web").volume("conf", { configMap: { name: "conf" } }));
  await world.advance(1_000);
  await objects.putConfigMap("conf", { a: "2", c: "2" });
  assert.equal(read(world, "configmap/conf/a"), "2");
  assert.equal(read(world, "configmap/conf/b"), undefined);
  assert.equal(read(world, "configmap/conf/c"), "2");
  assert.equal(world.container("web/main").restartCount, 0);

  const steps = world.files.steps.length;
  await world.advance(600_000);
  assert.equal(world.files.steps.length, steps, "what has not changed is not written again");
});

Deno.test("an optional object is shown once it is there, and no more once it is gone", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  const source = { configMap: { name: "conf", optional: true } };
  await world.cluster.bind(pod("web").volume("conf", source));
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
  await objects.putConfigMap("conf", { a: "1" });
  assert.equal(read(world, "configmap/conf/a"), "1");
  await objects.remove("ConfigMap", "conf");
  assert.equal(read(world, "configmap/conf/a"), undefined);
  assert.deepEqual(failedMounts(world), []);
});

Deno.test("a running pod keeps its files when their object is deleted, and says so less and less often", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putSecret("keys", { token: "s3cret" });
  await world.cluster.bind(withSecret);
  await world.advance(1_000);
  await objects.remove("Secret", "keys");
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(read(world, "secret/keys/token"), "s3cret");
  assert.deepEqual(failedMounts(world), [
    'Warning FailedMount MountVolume.SetUp failed for volume "keys" : secret "keys" not found (x7)',
  ]);
  await objects.putSecret("keys", { token: "new" });
  assert.equal(read(world, "secret/keys/token"), "new");
});

Deno.test("the node asks for what its pods refer to, once for all of them, and lets go with the last", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putSecret("keys", { token: "s3cret" });
  await objects.putSecret("others", { token: "none of our business" });
  const before = world.cluster.server.watches;
  const other = pod("other").grace(0).volume("v", {
    projected: { sources: [{ secret: { name: "keys" } }] },
  });
  await world.cluster.bind(withSecret.grace(0), other);
  await world.advance(1_000);
  assert.equal(world.row("other"), "1/1 Running");
  assert.deepEqual(objects.asked("Secret"), ["LIST keys", "WATCH keys"]);
  assert.deepEqual(objects.asked("ConfigMap"), []);

  await world.cluster.delete("other");
  await world.advance(1_000);
  assert.equal(world.cluster.server.watches, before + 1);
  await world.cluster.delete("web");
  await world.advance(1_000);
  assert.equal(world.cluster.server.watches, before);
});

Deno.test("nothing is watched for a pod that has finished", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putSecret("keys", { token: "s3cret" });
  const before = world.cluster.server.watches;
  await world.cluster.bind(withSecret.restartPolicy("Never"));
  await world.advance(1_000);
  assert.equal(world.cluster.server.watches, before + 1);
  world.runtime.exit("web/main", { code: 0 });
  await world.advance(1_000);
  assert.equal(world.cluster.row("web"), "0/1 Completed");
  assert.equal(world.cluster.server.watches, before);
  assert.equal(read(world, "secret/keys/token"), undefined, "its volumes are gone");
});

Deno.test("an object that never changes is not watched", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putConfigMap("conf", { a: "1" }, { immutable: true });
  const before = world.cluster.server.watches;
  await world.cluster.bind(pod("web").volume("conf", { configMap: { name: "conf" } }));
  await world.advance(1_000);
  assert.equal(read(world, "configmap/conf/a"), "1");
  assert.equal(world.cluster.server.watches, before);
  await world.restartAgent();
  await world.advance(600_000);
  assert.equal(world.cluster.server.watches, before);
});

Deno.test("an object that is read at starts only is watched for five minutes after one", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putConfigMap("conf", { LEVEL: "info" });
  const before = world.cluster.server.watches;
  const envFrom = [{ configMapRef: { name: "conf" } }];
  await world.cluster.bind(pod("web").container("main", { envFrom }));
  await world.advance(240_000);
  assert.equal(world.cluster.server.watches, before + 1);
  await world.advance(120_000);
  assert.equal(world.cluster.server.watches, before);

  await objects.putConfigMap("conf", { LEVEL: "debug" });
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  assert.equal(envOf(world)["LEVEL"], "debug", "a restart reads it anew");
});

Deno.test("while the API server is away, pods start again from what it said last", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putSecret("keys", { token: "s3cret" });
  await objects.putConfigMap("conf", { LEVEL: "info" });
  await world.cluster.bind(
    withSecret.container("main", { envFrom: [{ configMapRef: { name: "conf" } }] }),
  );
  await world.advance(600_000);
  world.cluster.server.goDown();
  await world.advance(60_000);
  world.runtime.reboot();
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(envOf(world)["LEVEL"], "info");
  assert.equal(read(world, "secret/keys/token"), "s3cret");
  assert.deepEqual(failedMounts(world), []);

  world.cluster.server.comeBack();
  await objects.putSecret("keys", { token: "new" });
  await world.advance(60_000);
  assert.equal(read(world, "secret/keys/token"), "new");
});

Deno.test("an API server that never answered is waited for", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putSecret("keys", { token: "s3cret" });
  world.cluster.server.fail({ path: "/secrets", status: 403, times: 3 });
  await world.cluster.bind(withSecret);
  await world.advance(2_000);
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  assert.match(
    failedMounts(world)[0] ?? "",
    /^Warning FailedMount MountVolume.SetUp failed for volume "keys" : failed to sync secret cache: timed out waiting for the condition/,
  );
  await world.advance(30_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("an agent that comes after another finds the volumes right, and brings up to date what is not", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putSecret("keys", { token: "s3cret" });
  await world.cluster.bind(withSecret);
  await world.advance(1_000);
  const writes = () => world.files.steps.filter(({ kind }) => kind === "WriteFile").length;
  const before = writes();
  await world.restartAgent();
  await world.advance(60_000);
  assert.equal(writes(), before);

  await world.stopAgent();
  await objects.putSecret("keys", { token: "new" });
  await world.startAgent();
  await world.advance(1_000);
  assert.equal(read(world, "secret/keys/token"), "new");
  assert.equal(world.container("web/main").restartCount, 0);
});

Deno.test("an agent that comes after another while the API server is away leaves running pods as they are", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putSecret("keys", { token: "s3cret" });
  await world.cluster.bind(withSecret);
  await world.advance(1_000);
  await world.stopAgent();
  world.cluster.server.fail({ method: "GET", path: "/secrets", status: 503, times: 20 });
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(read(world, "secret/keys/token"), "s3cret");
  assert.deepEqual(failedMounts(world), []);
  world.cluster.server.heal();
  await objects.putSecret("keys", { token: "new" });
  await world.advance(60_000);
  assert.equal(read(world, "secret/keys/token"), "new");
});

Deno.test("many objects are asked for a few at a time", async () => {
  await using world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  const names = Array.from({ length: 60 }, (_, index) => `conf-${index}`);
  for (const name of names) await objects.putConfigMap(name, { name });
  const builder = names.reduce(
    (each, name) => each.volume(name, { configMap: { name } }),
    pod("web"),
  );
  await world.cluster.bind(builder);
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
  for (const name of names) assert.equal(read(world, `configmap/${name}/name`), name);
});

Deno.test("what the pod says of itself is shown as it changes", async () => {
  await using world = await createWorld({ inCluster: true });
  const items = [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }];
  await world.cluster.bind(
    pod("web").labels({ app: "shop" }).volume("v", { downwardAPI: { items } }),
  );
  await world.advance(1_000);
  assert.equal(read(world, "downward-api/v/labels"), 'app="shop"');
  await world.cluster.change("web", { metadata: { labels: { tier: "front" } } });
  assert.equal(read(world, "downward-api/v/labels"), 'app="shop"\ntier="front"');
  assert.equal(world.container("web/main").restartCount, 0);
});
