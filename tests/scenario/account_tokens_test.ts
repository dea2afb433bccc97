/** Stories of service account tokens: got, renewed, kept. */
import assert from "node:assert/strict";
import { secrets } from "../../src/core/kube/resource.ts";
import { pod } from "../fakes/pods.ts";
import { type Objects, objectsOf, read } from "./objects.ts";
import { createWorld, type World } from "./world.ts";

/** What the API server adds to every pod. */
const withToken = pod("web").spec({ serviceAccountName: "robot" }).volume("api", {
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{
            path: "namespace",
            fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
          }],
        },
      },
    ],
  },
});

async function stage(): Promise<World & { readonly objects: Objects }> {
  const world = await createWorld({ inCluster: true });
  const objects = objectsOf(world);
  await objects.putAccount("robot");
  await objects.putConfigMap("kube-root-ca.crt", { "ca.crt": "PEM" });
  return Object.assign(world, { objects });
}

interface Claims {
  readonly aud: readonly string[];
  readonly jti: string;
  readonly sub: string;
  readonly "kubernetes.io": { readonly name: string; readonly uid: string; readonly kind: string };
}

function claims(world: World): Claims {
  const [, payload = ""] = read(world, "projected/api/token")?.split(".") ?? [];
  return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
}

const minute = 60_000;

Deno.test("a pod finds a token of its account that is bound to it, the CA and its namespace", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken);
  await world.advance(1_000);
  const { sub, "kubernetes.io": { name, uid, kind } } = claims(world);
  assert.equal(sub, "system:serviceaccount:default:robot");
  assert.deepEqual({ name, uid, kind }, { name: "web", uid: "web-uid", kind: "Pod" });
  assert.equal(read(world, "projected/api/ca.crt"), "PEM");
  assert.equal(read(world, "projected/api/namespace"), "default");
});

Deno.test("a token is renewed at four fifths of its life, and the container goes on", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken);
  await world.advance(48 * minute);
  assert.equal(world.objects.tokenRequests(), 1);
  const { jti } = claims(world);
  await world.advance(minute);
  assert.equal(world.objects.tokenRequests(), 2);
  assert.notEqual(claims(world).jti, jti);
  assert.equal(world.container("web/main").restartCount, 0);
});

Deno.test("a token of a year is renewed after a day", async () => {
  await using world = await stage();
  const sources = [{
    serviceAccountToken: { path: "token", audience: "vault", expirationSeconds: 365 * 24 * 3600 },
  }];
  await world.cluster.bind(
    pod("web").spec({ serviceAccountName: "robot" }).volume("api", { projected: { sources } }),
  );
  await world.advance(24 * 60 * minute - 2 * minute);
  assert.deepEqual(claims(world).aud, ["vault"]);
  assert.equal(world.objects.tokenRequests(), 1);
  await world.advance(3 * minute);
  assert.equal(world.objects.tokenRequests(), 2);
});

Deno.test("the old token stays while a new one cannot be had", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken);
  await world.advance(40 * minute);
  const { jti } = claims(world);
  world.cluster.server.goDown();
  await world.advance(23 * minute);
  assert.equal(claims(world).jti, jti);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(minute);
  assert.equal(world.row("web"), "1/1 Running", "a container starts with the old one");

  world.cluster.server.comeBack();
  await world.advance(2 * minute);
  assert.notEqual(claims(world).jti, jti);
});

for (const hours of [1, -1]) {
  Deno.test(`a clock that jumps by ${hours} h renews no token early and none late`, async () => {
    await using world = await stage();
    await world.cluster.bind(withToken);
    await world.advance(10 * minute);
    world.clock.setWall(world.clock.now() + hours * 60 * minute);
    await world.advance(38 * minute);
    assert.equal(world.objects.tokenRequests(), 1);
    await world.advance(minute);
    assert.equal(world.objects.tokenRequests(), 2);
    assert.equal(world.container("web/main").restartCount, 0);
  });
}

Deno.test("a pod whose account is missing waits and says so", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken.spec({ serviceAccountName: "nobody" }));
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  assert.match(
    world.events("web").find((event) => event.includes("FailedMount")) ?? "",
    /^Warning FailedMount MountVolume.SetUp failed for volume "api" : failed to fetch token: serviceaccounts "nobody" not found/,
  );
  await world.objects.putAccount("nobody");
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("tokens are for the user and the group of the pod alone", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken.spec({
    serviceAccountName: "robot",
    securityContext: { runAsUser: 1000, fsGroup: 2000 },
  }));
  await world.advance(1_000);
  const [, token] =
    [...world.files.tree].find(([path]) => /~projected\/api\/\.\.2[^/]*\/token$/.test(path)) ?? [];
  assert.equal(token?.uid, 1000);
  assert.equal(token.gid, 2000);
  assert.equal(token.mode, 0o640);
});

Deno.test("an agent that comes after another goes on with the token that is there, and renews it at its age", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken);
  await world.advance(10 * minute);
  await world.restartAgent();
  await world.advance(37 * minute);
  assert.equal(world.objects.tokenRequests(), 1);
  await world.advance(2 * minute);
  assert.equal(world.objects.tokenRequests(), 2);
});

Deno.test("a pod does not wait for the renewal of its token, though the API server says nothing", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken);
  await world.advance(48 * minute);
  world.cluster.server.goDown("silent");
  await world.advance(minute);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(100);
  assert.equal(world.container("web/main").restartCount, 1);
  world.cluster.server.comeBack();
  await world.advance(minute);
});

Deno.test("a pod that waits for its first token can be deleted", async () => {
  await using world = await stage();
  world.cluster.server.answer({ method: "POST", path: "/token" }, () => new Promise(() => {}));
  await world.cluster.bind(withToken.grace(0));
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  await world.cluster.delete("web");
  await world.advance(1_000);
  assert.equal(world.row("web"), "gone");
});

Deno.test("an agent that comes after another does not wait for tokens while the API server says nothing", async () => {
  await using world = await stage();
  await world.cluster.bind(withToken);
  await world.advance(10 * minute);
  const token = read(world, "projected/api/token");
  await world.stopAgent();
  world.cluster.server.answer({ method: "POST", path: "/token" }, () => new Promise(() => {}));
  await world.startAgent();
  await world.advance(1_000);
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(100);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(read(world, "projected/api/token"), token);
});

Deno.test("a pod whose token is due while its volumes fail is looked at when they are tried again, not without end", async () => {
  await using world = await stage();
  await world.objects.putSecret("keys", { key: "x" });
  await world.cluster.bind(withToken.volume("keys", { secret: { secretName: "keys" } }));
  await world.advance(1_000);
  world.killAgent();
  world.cluster.server.goDown();
  await world.store.objects.remove({ resource: secrets, namespace: "default", name: "keys" });
  await world.store.tokens.remove("web-uid");
  await world.startAgent();
  await world.advance(10 * minute);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
});
