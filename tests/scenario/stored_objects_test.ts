/** Stories of nodes that start without a link: ConfigMaps and Secrets come from the store. */
import assert from "node:assert/strict";
import {
  configMaps,
  nodes,
  pods,
  runtimeClasses,
  secrets,
  services,
} from "../../src/core/kube/resource.ts";
import { isAbsence } from "../../src/core/kube/stored_form.ts";
import { pod } from "../fakes/pods.ts";
import { type Objects, objectsOf, read } from "./objects.ts";
import { createWorld, type World } from "./world.ts";

const web = pod("web").grace(0)
  .spec({ imagePullSecrets: [{ name: "pull" }] })
  .volume("keys", { secret: { secretName: "keys" } })
  .volume("all", { projected: { sources: [{ configMap: { name: "files" } }] } })
  .container("main", {
    env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "keys", key: "token" } } }],
    envFrom: [{ configMapRef: { name: "conf" } }],
  });

interface Stage extends World {
  readonly objects: Objects;
}

async function stage(): Promise<Stage> {
  const world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putConfigMap("conf", { LEVEL: "info" });
  await objects.putConfigMap("files", { "app.conf": "a = 1\n" });
  await objects.putSecret("keys", { token: "s3cret" });
  world.cluster.server.put(services, {
    metadata: { namespace: "default", name: "kubernetes" },
    spec: { clusterIP: "10.96.0.1", ports: [{ port: 443 }] },
  });
  await objects.putSecret("pull", { ".dockerconfigjson": '{"auths":{}}' }, {
    type: "kubernetes.io/dockerconfigjson",
  });
  return Object.assign(world, { objects });
}

/** The API server tells of pods and of nothing else. */
function hideObjects({ cluster: { server } }: World): void {
  for (const path of ["/secrets", "/configmaps", "/services", "/token"]) {
    server.fail({ path, status: 503, times: Infinity });
  }
}

/** Names of what the store has, in the order of the alphabet. */
async function stored({ store }: World): Promise<readonly string[]> {
  const all = [...await store.objects.load(configMaps), ...await store.objects.load(secrets)];
  const there = all.filter((object) => !isAbsence(object));
  return there.map(({ metadata }) => metadata?.name ?? "").toSorted();
}

async function rebootWithoutObjects(world: World): Promise<void> {
  await world.stopAgent();
  world.runtime.reboot();
  await world.files.removeTree("/var/lib/skerry/pods/web-uid/volumes");
  hideObjects(world);
  await world.startAgent();
}

function envOf(world: World): Readonly<Record<string, string>> {
  const { env } = world.runtime.configOf("web/main");
  return Object.fromEntries(env.map(({ key, value }) => [key, value]));
}

Deno.test("what pods refer to is stored once it is seen: volumes, environment, pull secrets, projections", async () => {
  await using world = await stage();
  await world.objects.putSecret("others", { token: "of no pod here" });
  await world.cluster.bind(web);
  await world.advance(1_000);
  assert.deepEqual(await stored(world), ["conf", "files", "keys", "pull"]);
});

Deno.test("after a reboot without a link a pod starts at once with what is stored", async () => {
  await using world = await stage();
  await world.cluster.bind(web);
  await world.advance(1_000);
  await rebootWithoutObjects(world);
  await world.advance(100);
  assert.equal(world.row("web"), "1/1 Running", "nobody waited for the API server");
  assert.equal(envOf(world)["TOKEN"], "s3cret");
  assert.equal(envOf(world)["LEVEL"], "info");
  assert.equal(read(world, "secret/keys/token"), "s3cret");
  assert.equal(read(world, "projected/all/app.conf"), "a = 1\n");
});

Deno.test("when the link is back, what has changed meanwhile is shown, and nothing restarts", async () => {
  await using world = await stage();
  await world.cluster.bind(web);
  await world.advance(1_000);
  await rebootWithoutObjects(world);
  await world.advance(1_000);
  const { restartCount } = world.container("web/main");
  await world.objects.putSecret("keys", { token: "new" });
  world.cluster.server.heal();
  await world.advance(120_000);
  assert.equal(read(world, "secret/keys/token"), "new");
  assert.equal(world.container("web/main").restartCount, restartCount);
  await rebootWithoutObjects(world);
  await world.advance(1_000);
  assert.equal(read(world, "secret/keys/token"), "new", "and that is what is stored now");
});

Deno.test("an immutable object that was made anew meanwhile is seen", async () => {
  await using world = await stage();
  await world.objects.putSecret("keys", { token: "first" }, { immutable: true });
  await world.cluster.bind(web);
  await world.advance(1_000);
  await world.stopAgent();
  await world.objects.remove("Secret", "keys");
  await world.objects.putSecret("keys", { token: "second" }, { immutable: true });
  await world.startAgent();
  await world.advance(1_000);
  assert.equal(read(world, "secret/keys/token"), "second");
});

Deno.test("an object goes from the store with the last pod that refers to it", async () => {
  await using world = await stage();
  await world.cluster.bind(web, pod("other").grace(0).volume("v", { configMap: { name: "conf" } }));
  await world.advance(1_000);
  await world.cluster.delete("web");
  await world.advance(1_000);
  assert.deepEqual(await stored(world), ["conf"]);
  await world.cluster.delete("other");
  await world.advance(1_000);
  assert.deepEqual(await stored(world), []);
});

Deno.test("an object that is deleted while a pod refers to it is missing, after a reboot too", async () => {
  await using world = await stage();
  await world.cluster.bind(web);
  await world.advance(1_000);
  await world.objects.remove("ConfigMap", "conf");
  await world.advance(1_000);
  assert.deepEqual(await stored(world), ["files", "keys", "pull"]);
  await rebootWithoutObjects(world);
  await world.advance(10_000);
  assert.deepEqual(world.runtime.running(), []);
  assert.match(world.events("web").join(), /configmap "conf" not found/);
});

Deno.test("an API server that is away takes nothing from the store", async () => {
  await using world = await stage();
  await world.cluster.bind(web);
  await world.advance(1_000);
  const before = await stored(world);
  world.cluster.server.goDown();
  await world.advance(600_000);
  await world.restartAgent();
  await world.advance(600_000);
  assert.deepEqual(await stored(world), before);
});

Deno.test("a quiet node writes no objects, however often its agent starts", async () => {
  await using world = await stage();
  await world.cluster.bind(web);
  await world.advance(60_000);
  await world.restartAgent();
  await world.advance(60_000);
  const writes = () => world.store.disk.writes - world.store.journal.writes;
  const before = writes();
  await world.advance(600_000);
  await world.restartAgent();
  await world.advance(600_000);
  assert.equal(writes(), before);
});

Deno.test("a disk that was full gets the objects when it takes them again, and pods start meanwhile", async () => {
  await using world = await stage();
  world.store.disk.full = true;
  await world.cluster.bind(web);
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(await stored(world), []);
  const told = world.log.messages("warn").filter((each) =>
    each.includes("what there is to know of the pods")
  );
  assert.equal(told.length, 1, "it is told of once");
  world.store.disk.full = false;
  await world.advance(60_000);
  assert.deepEqual(await stored(world), ["conf", "files", "keys", "pull"]);
});

Deno.test("after a reboot without a link a pod finds the services of its namespace, and the API server", async () => {
  await using world = await stage();
  const { server } = world.cluster;
  const put = (namespace: string, name: string, clusterIP: string) =>
    server.put(services, {
      metadata: { namespace, name },
      spec: { clusterIP, ports: [{ port: 443 }] },
    });
  put("default", "shop", "10.96.0.2");
  put("elsewhere", "other", "10.96.0.3");
  await world.cluster.bind(web);
  await world.advance(1_000);
  const names = (await world.store.objects.load(services)).map(({ metadata }) => metadata?.name);
  assert.deepEqual(names.toSorted(), ["kubernetes", "shop"], "no other is stored");
  await rebootWithoutObjects(world);
  await world.advance(100);
  assert.equal(envOf(world)["KUBERNETES_SERVICE_HOST"], "10.96.0.1");
  assert.equal(envOf(world)["SHOP_SERVICE_HOST"], "10.96.0.2");

  server.heal();
  await world.cluster.delete("web");
  await world.advance(60_000);
  const left = (await world.store.objects.load(services)).map(({ metadata }) => metadata?.name);
  assert.deepEqual(left, ["kubernetes"]);
});

Deno.test("a pod that never ran starts without a link by the handler of its stored runtime class", async () => {
  await using world = await stage();
  const { server } = world.cluster;
  server.put(runtimeClasses, { metadata: { name: "isolated" }, handler: "other" });
  // The first pod of the class is kept from starting.
  await world.cluster.bind(
    pod("web").spec({ runtimeClassName: "isolated" }).volume("v", { secret: { secretName: "no" } }),
  );
  await world.advance(1_000);
  assert.deepEqual(world.runtime.sandboxesOf("web-uid"), []);
  await world.stopAgent();
  await world.objects.putSecret("no", { key: "now" });
  server.fail({ path: "/runtimeclasses", status: 503, times: Infinity });
  await world.startAgent();
  await world.advance(1_000);
  assert.deepEqual(world.runtime.sandboxesOf("web-uid").map(({ handler }) => handler), ["other"]);
});

Deno.test("once the server has answered, a pod waits for the newest of an object for a second at most", async () => {
  await using world = await stage();
  await world.cluster.bind(web);
  await world.advance(1_000);
  await world.stopAgent();
  world.runtime.reboot();
  world.cluster.server.answer(
    { method: "GET", path: "/secrets" },
    () => new Promise(() => {}),
  );
  await world.startAgent();
  await world.advance(2_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(envOf(world)["TOKEN"], "s3cret");
});

/** The link leads to another cluster, which has a node and an object of the same names. */
async function meetOtherCluster({ cluster: { server }, objects }: Stage): Promise<void> {
  for (const name of ["web", "conf", "keys", "files", "pull"]) {
    const resource = name === "web"
      ? pods
      : name === "conf" || name === "files"
      ? configMaps
      : secrets;
    server.remove({ resource, namespace: "default", name });
  }
  server.put(nodes, { metadata: { name: "edge-1", uid: "other-node" } });
  await objects.putConfigMap("conf", { LEVEL: "other" });
}

Deno.test("an API server of another cluster changes nothing that pods are shown, nor what is stored", async () => {
  await using world = await stage();
  await world.cluster.bind(web);
  await world.advance(60_000);
  await world.stopAgent();
  const own = world.cluster.server.snapshot();
  await meetOtherCluster(world);
  world.runtime.reboot();
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running", "the pod is kept");
  assert.equal(envOf(world)["LEVEL"], "info");
  assert.equal(read(world, "secret/keys/token"), "s3cret");
  assert.deepEqual(await stored(world), ["conf", "files", "keys", "pull"]);

  // What the other cluster's own pods need they get, as far as nobody else has it.
  await world.objects.putConfigMap("theirs", { LEVEL: "theirs" });
  await world.cluster.bind(
    pod("new").container("main", { envFrom: [{ configMapRef: { name: "theirs" } }] }),
  );
  await world.advance(60_000);
  assert.equal(world.row("new"), "1/1 Running");
  assert.deepEqual(await stored(world), ["conf", "files", "keys", "pull"]);

  world.cluster.server.goDown();
  await world.advance(60_000);
  world.cluster.server.replaceWithOlder(own);
  world.cluster.server.comeBack();
  await world.objects.putSecret("keys", { token: "new" });
  await world.advance(600_000);
  assert.equal(read(world, "secret/keys/token"), "new", "the own one is believed again");
});

for (const [what, after] of [["at once", 0], ["and after ten minutes", 600_000]] as const) {
  Deno.test(`an API server with older data takes no object away, ${what}`, async () => {
    await using world = await stage();
    const old = world.cluster.server.snapshot();
    await world.objects.putSecret("late", { token: "s3cret" });
    await world.cluster.bind(
      pod("web").volume("late", { secret: { secretName: "late" } }),
    );
    await world.advance(60_000);
    await world.stopAgent();
    world.cluster.server.replaceWithOlder(old);
    world.runtime.reboot();
    await world.startAgent();
    await world.advance(after);
    await world.advance(10_000);
    assert.equal(world.row("web"), "1/1 Running");
    assert.equal(read(world, "secret/late/token"), "s3cret");
    assert.deepEqual(await stored(world), ["late"]);
  });
}
