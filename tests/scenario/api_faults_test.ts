/** Stories of an API server that is away, refuses, forgets or is overrun, and of pods that go on all the same. */
import assert from "node:assert/strict";
import { leases, pods } from "../../src/core/kube/resource.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

Deno.test("while the server is away pods start and end, and it hears of the newest state once it is back", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.delay("runSandbox", { ms: 5_000 });
  world.runtime.program("job", { exitCode: 4, afterMs: 60_000 });
  await world.cluster.bind(pod("web"), pod("job").restartPolicy("Never").container("job"));
  world.cluster.server.goDown();
  await world.advance(300_000);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  assert.equal(world.row("job"), "0/1 Error");
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  assert.equal(world.cluster.row("job"), "0/1 Error");
  assert.equal(world.cluster.status("job").containerStatuses?.[0]?.state?.terminated?.exitCode, 4);
  // Each pod once before the server went and once after it came.
  assert.equal(world.cluster.story().length, 4);
});

for (const status of [429, 500, 503, 409, 401]) {
  Deno.test(`a status that the server answers with ${status} is sent again`, async () => {
    await using world = await createWorld({ inCluster: true });
    world.cluster.server.fail({ method: "PATCH", status, times: 3 });
    await world.cluster.bind(pod("web"));
    await world.advance(30_000);
    assert.equal(world.cluster.row("web"), "1/1 Running");
  });
}

/** What the API server, or whoever stands in its place, does to every request. */
const troubles: Readonly<Record<string, () => Response>> = {
  "answers 429": () => new Response("{}", { status: 429, headers: { "retry-after": "1" } }),
  "answers 500": () => new Response("{}", { status: 500 }),
  "accepts no credential": () => new Response("{}", { status: 401 }),
  "is in maintenance for an hour": () =>
    new Response("<html>", { status: 503, headers: { "retry-after": "3600" } }),
  "answers with what is no JSON": () => new Response("<html>", { status: 200 }),
  "answers with nothing": () => new Response("{}", { status: 200 }),
  "has a certificate that has expired": () => brokenTls("invalid peer certificate: Expired"),
  "is signed by an unknown authority": () => brokenTls("invalid peer certificate: UnknownIssuer"),
  "refuses our certificate": () => brokenTls("received fatal alert: CertificateExpired"),
};

function brokenTls(message: string): never {
  throw new TypeError("error sending request", { cause: new Error(message) });
}

for (const [what, trouble] of Object.entries(troubles)) {
  Deno.test(`a server that ${what} for five minutes costs no pod, and is told all once it is well`, async () => {
    await using world = await createWorld({ inCluster: true });
    const { server } = world.cluster;
    await world.cluster.bind(pod("web"), pod("old"), pod("job").restartPolicy("Never"));
    let isTroubled = true;
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      server.answer({ method, path: "/" }, () => isTroubled ? trouble() : undefined);
    }
    server.halfLine();
    world.runtime.forgetCalls();
    await world.advance(120_000);
    world.runtime.exit("job/main", { code: 3 });
    await world.advance(180_000);
    assert.deepEqual(world.runtime.running(), ["old/main", "web/main"]);
    assert.deepEqual(world.runtime.story().filter((call) => /web|old/.test(call)), []);
    isTroubled = false;
    await world.advance(60_000);
    assert.equal(world.cluster.row("web"), "1/1 Running");
    assert.equal(
      world.cluster.status("job").containerStatuses?.[0]?.state?.terminated?.exitCode,
      3,
    );
    await world.cluster.delete("old");
    await world.advance(1_000);
    assert.equal(world.row("old"), "gone");
    const { renewTime } = leaseOf(world);
    assert.ok(world.clock.now() - Date.parse(renewTime) < 15_000, renewTime);
  });
}

Deno.test("the server's wish to be asked later is heeded", async () => {
  await using world = await createWorld({ inCluster: true });
  world.cluster.server.fail({ method: "PATCH", status: 429, times: 1, retryAfter: 20 });
  await world.cluster.bind(pod("web"));
  await world.advance(19_000);
  assert.equal(world.cluster.story().length, 1);
  await world.advance(2_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
});

Deno.test("a status that the server will not have is tried less and less often", async () => {
  await using world = await createWorld({ inCluster: true });
  world.cluster.server.fail({ method: "PATCH", status: 403, times: 1_000 });
  await world.cluster.bind(pod("web"), pod("other"));
  await world.advance(3_600_000);
  const tries = world.cluster.story().length;
  assert.ok(tries < 60, `${tries} tries in an hour`);
  world.cluster.server.heal();
  await world.advance(600_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
});

Deno.test("a server that takes only a part of a status is not told the rest again and again", async () => {
  await using world = await createWorld({ inCluster: true });
  world.cluster.server.answer({ method: "PATCH", path: "/pods/web/status" }, () => {
    const ref = { resource: pods, namespace: "default", name: "web" };
    return { ...world.cluster.server.get(ref) };
  });
  await world.cluster.bind(pod("web"));
  await world.advance(600_000);
  assert.ok(world.cluster.story().length <= 3, world.cluster.story().join());
});

Deno.test("a status for a pod that another has replaced is dropped", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web").uid("first"));
  world.cluster.server.breakWatches();
  world.cluster.server.fail({ method: "GET", status: 500, times: 3 });
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "web" });
  world.cluster.server.put(pods, {
    metadata: { name: "web", namespace: "default", uid: "second" },
    spec: { containers: [] },
  });
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(60_000);
  assert.equal(world.cluster.pod("web")?.metadata.uid, "second");
  assert.equal(
    world.cluster.pod("web")?.status,
    undefined,
    "nobody wrote to it: it is not bound here",
  );
});

Deno.test("what somebody has written over a node's words is put right", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  const wrong = { status: { phase: "Pending", conditions: [{ type: "Ready", status: "False" }] } };
  await world.cluster.change("web", wrong, { subresource: "status" });
  await world.advance(0);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  const ready = world.cluster.status("web").conditions?.find(({ type }) => type === "Ready");
  assert.equal(ready?.status, "True");
});

Deno.test("a deletion of which no watch told is found by the next list", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"), pod("other"));
  world.cluster.server.breakWatches();
  world.cluster.server.remove({ resource: pods, namespace: "default", name: "web" });
  world.cluster.server.forgetHistory();
  await world.advance(120_000);
  assert.deepEqual(world.runtime.running(), ["other/main"]);
});

function leaseOf({ cluster: { server } }: Pick<World, "cluster">): { readonly renewTime: string } {
  const lease: { spec?: { renewTime?: unknown } } | undefined = server.get({
    resource: leases,
    namespace: "kube-node-lease",
    name: "edge-1",
  });
  return { renewTime: String(lease?.spec?.renewTime) };
}

/** Older than the node's last heartbeat: that is what shows that data went back. */
const backupAgeMs = 60_000;

Deno.test("a pod that had finished and gone does not run again though a restored server shows it", async () => {
  for (const restarted of [false, true]) {
    await using world = await createWorld({ inCluster: true });
    const { server } = world.cluster;
    await world.cluster.bind(pod("job").restartPolicy("Never"));
    const backup = server.snapshot();
    await world.advance(backupAgeMs);
    world.runtime.exit("job/main", { code: 0 });
    await world.advance(1_000);
    assert.equal(world.cluster.row("job"), "0/1 Completed");
    await world.cluster.delete("job");
    await world.advance(1_000);
    if (restarted) await world.restartAgent();
    world.runtime.forgetCalls();
    server.replaceWithOlder(backup);
    await world.advance(600_000);
    assert.deepEqual(world.runtime.story(), []);
    assert.equal(world.cluster.status("job").phase, "Succeeded");
    await world.cluster.delete("job");
    await world.advance(1_000);
    assert.equal(world.row("job"), "gone");
  }
});

Deno.test("a restored server that shows a finished pod running is told again how it ended", async () => {
  await using world = await createWorld({ inCluster: true });
  const { server } = world.cluster;
  await world.cluster.bind(pod("job").restartPolicy("Never"), pod("web"));
  const backup = server.snapshot();
  await world.advance(backupAgeMs);
  world.runtime.exit("job/main", { code: 3 });
  await world.advance(1_000);
  world.runtime.forgetCalls();
  server.replaceWithOlder(backup);
  await world.advance(600_000);
  assert.equal(world.cluster.row("job"), "0/1 Error");
  assert.deepEqual(world.runtime.story(), []);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
});

Deno.test("what is no pod is told of and harms no other", async () => {
  await using world = await createWorld({
    inCluster: true,
    errors: ["Object of the API server is no pod"],
  });
  const { server } = world.cluster;
  server.put(pods, {
    metadata: { name: "odd", namespace: "default", uid: "odd-uid" },
    spec: { nodeName: "edge-1", containers: "none" },
  });
  await world.cluster.bind(pod("web"));
  assert.equal(world.cluster.row("web"), "1/1 Running");
  const [, api] = world.agent.sources();
  assert.deepEqual(api?.snapshot?.problems.map(({ path, message }) => `${path}: ${message}`), [
    'default/odd: spec.containers: expected a list, found "none"',
  ]);
});

Deno.test("what this agent does not know of a pod is left out", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  await world.cluster.change("web", { spec: { fromTheFuture: { a: 1 } }, metadata: { odd: true } });
  assert.equal(world.cluster.row("web"), "1/1 Running");
  assert.equal(world.runtime.sandboxesOf("web-uid").length, 1);
});

Deno.test("110 pods that come and go in a burst all run, and all go", async () => {
  await using world = await createWorld({ inCluster: true });
  const names = Array.from({ length: 110 }, (_, index) => `p${index}`);
  world.runtime.delay("runSandbox", { ms: 200, times: 1_000 });
  await world.cluster.bind(...names.map((name) => pod(name)));
  await world.advance(60_000);
  assert.equal(world.runtime.running().length, 110);
  assert.deepEqual(names.filter((name) => world.cluster.row(name) !== "1/1 Running"), []);
  const told = world.cluster.story().length;
  assert.ok(told <= 110 * 4, `${told} requests`);
  await Promise.all(names.map((name) => world.cluster.delete(name)));
  await world.advance(60_000);
  assert.deepEqual(names.filter((name) => world.cluster.row(name) !== "gone"), []);
  assert.deepEqual(world.runtime.running(), []);
  assert.deepEqual(await world.files.list("/var/lib/skerry/pods"), []);
});

Deno.test("a server that comes back is not overrun by what 110 pods have to say", async () => {
  await using world = await createWorld({ inCluster: true });
  const names = Array.from({ length: 110 }, (_, index) => `p${index}`);
  await world.cluster.bind(...names.map((name) => pod(name)));
  world.cluster.server.goDown();
  for (const name of names) world.runtime.exit(`${name}/main`, { code: 1 });
  const told = world.cluster.story().length;
  await world.advance(300_000);
  assert.equal(world.cluster.story().length, told, "nobody hears them");
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.equal(world.cluster.story().length, told + 110);
  assert.equal(world.cluster.status("p109").containerStatuses?.[0]?.restartCount, 1);
});

for (const hours of [1, -1]) {
  Deno.test(`a clock that jumps by ${hours} h costs no pod and asks for nothing`, async () => {
    await using world = await createWorld({ inCluster: true });
    await world.cluster.bind(pod("web"), pod("job").restartPolicy("Never"));
    world.runtime.exit("job/main", { code: 0 });
    await world.advance(60_000);
    const before = ["web", "job"].map((name) => world.cluster.status(name));
    const told = world.cluster.story().length;
    world.runtime.forgetCalls();
    world.clock.setWall(world.clock.now() + hours * 3_600_000);
    await world.advance(300_000);
    await world.restartAgent();
    await world.advance(300_000);
    assert.deepEqual(world.runtime.story(), []);
    assert.deepEqual(["web", "job"].map((name) => world.cluster.status(name)), before);
    assert.equal(world.cluster.story().length, told);
  });
}

for (const ms of [0, 900, 5_000, 31_000, 60_000, 151_000, 300_000]) {
  Deno.test(`an agent stops within seconds while the server has been silent for ${ms} ms`, async () => {
    const world = await createWorld({ inCluster: true });
    await world.cluster.bind(pod("web"), pod("job").restartPolicy("Never"));
    world.cluster.server.goDown("silent");
    await world.apply(pod("static"));
    world.runtime.exit("job/main", { code: 1 });
    await world.advance(ms);
    // The world gives it six seconds.
    await world.stopAgent();
    assert.deepEqual(world.runtime.running(), ["static/main", "web/main"]);
  });
}
