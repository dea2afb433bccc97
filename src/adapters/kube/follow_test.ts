/** A list is followed through all that a server and a link can do. */
import assert from "node:assert/strict";
import { fakeApiServer } from "../../../tests/fakes/api_server/api_server.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { followReader } from "../../../tests/fakes/kube_reader.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { type KubeObject, leases, type ObjectRef, pods } from "../../core/kube/resource.ts";
import type { ListQuery } from "../../ports/kube_api.ts";

const minute = 60_000;
const query: ListQuery = { resource: pods, fieldSelector: "spec.nodeName=edge-1" };

function setUp(options: { readonly fraction?: number } = {}) {
  const clock = fakeClock();
  const log = fakeLog();
  const server = fakeApiServer({ clock });
  const kube = fakeKube({ clock, log, server, random: fakeRandom(options.fraction) });
  const put = (...names: readonly string[]) =>
    names.forEach((name) =>
      server.put(pods, { metadata: { name, namespace: "default" }, spec: { nodeName: "edge-1" } })
    );
  /** The queries of the lists and watches since the last call. */
  let seen = 0;
  const asked = (): readonly string[] => {
    const fresh = server.requests.slice(seen);
    seen = server.requests.length;
    return fresh.map(({ query }) => {
      const parameters = new URLSearchParams(query);
      const what = parameters.has("watch") ? "watch" : "list";
      return `${what} ${parameters.get("resourceVersion") ?? ""}`.trim();
    });
  };
  return { clock, log, server, kube, put, asked };
}

function podRef(name: string): ObjectRef {
  return { resource: pods, namespace: "default", name };
}

Deno.test("a turn of the loop is enough for the list, and for each change", async () => {
  const { clock, kube, put } = setUp();
  put("a");
  await using reader = followReader(kube, query);
  await clock.settle();
  assert.deepEqual(reader.names(), ["a"]);
  put("b");
  await clock.settle();
  assert.deepEqual(reader.names(), ["a", "b"]);
});

Deno.test("nothing is left when the reader goes", async () => {
  const { clock, kube, server } = setUp();
  const reader = followReader(kube, query);
  await clock.settle();
  assert.equal(server.watches, 1);
  await reader[Symbol.asyncDispose]();
  await clock.settle();
  assert.equal(server.watches, 0);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("changes that come together are told together", async () => {
  const { clock, kube, server, put } = setUp();
  put("a");
  await using reader = followReader(kube, query);
  await clock.advance(2_000);
  const line = (name: string) =>
    JSON.stringify({ type: "ADDED", object: { metadata: { name, resourceVersion: "9" } } });
  server.fail({ path: "/pods", status: 200, times: 1, body: `${line("x")}\n${line("y")}\n` });
  server.endWatches();
  await clock.settle();
  assert.deepEqual(reader.names(), ["a", "x", "y"]);
  assert.equal(reader.all.length, 2);
});

Deno.test("the watch starts where the list ended, and goes on where it was", async () => {
  const { clock, kube, server, put, asked } = setUp();
  put("a");
  await using _reader = followReader(kube, query);
  await clock.settle();
  assert.deepEqual(asked(), ["list 0", "watch 2"]);
  put("b");
  await clock.advance(5_000);
  server.endWatches();
  await clock.settle();
  assert.deepEqual(asked(), ["watch 3"]);
});

Deno.test("an idle watch asks nothing for minutes, and carries the bookmarks' version on", async () => {
  const { clock, kube, server, asked } = setUp({ fraction: 0.5 });
  await using reader = followReader(kube, query);
  await clock.settle();
  asked();
  server.put(pods, { metadata: { name: "foreign", namespace: "default" }, spec: {} });
  await clock.advance(7 * minute);
  assert.deepEqual(asked(), []);
  await clock.advance(minute);
  assert.deepEqual(asked(), ["watch 2"]);
  assert.equal(reader.all.length, 1);
});

Deno.test("a server that is not there yet is waited for, and what was not asked is not known", async () => {
  const { clock, kube, server, put, log } = setUp();
  put("a");
  server.goDown();
  await using reader = followReader(kube, query);
  await clock.advance(10 * minute);
  assert.equal(reader.all.length, 1);
  assert.equal(reader.last?.available, false);
  assert.match(reader.last?.problem ?? "", /cannot reach https:\/\/api\.test:6443.*refused/);
  assert.deepEqual(reader.names(), []);
  server.comeBack();
  await clock.advance(30_000);
  assert.deepEqual([reader.last?.available, reader.last?.problem], [true, ""]);
  assert.deepEqual(reader.names(), ["a"]);
  assert.deepEqual(log.messages("warn"), ["The API server is away, what runs goes on running"]);
  assert.deepEqual(log.messages("info"), ["The API server answers again"]);
});

Deno.test("gone for five minutes and back: what it held is kept, what happened meanwhile is told", async () => {
  const { clock, kube, server, put } = setUp();
  put("a", "b");
  await using reader = followReader(kube, query);
  await clock.settle();
  server.goDown();
  await clock.settle();
  assert.equal(reader.last?.available, false);
  server.remove(podRef("a"));
  put("c");
  await clock.advance(5 * minute);
  assert.deepEqual(reader.names(), ["a", "b"]);
  assert.ok(reader.all.slice(1).every(({ available }) => !available));
  server.comeBack();
  await clock.advance(30_000);
  assert.deepEqual(reader.names(), ["b", "c"]);
  assert.equal(reader.last?.available, true);
});

Deno.test("the waits between tries double up to half a minute, and start anew after a healthy time", async () => {
  const { clock, kube, server } = setUp();
  const waits: number[] = [];
  await using _reader = followReader(kube, query);
  await clock.settle();
  server.goDown();
  await clock.settle();
  for (let tries = 0; tries < 8; tries++) {
    waits.push(clock.nextTimerMs ?? -1);
    await clock.advance(clock.nextTimerMs ?? 0);
  }
  assert.deepEqual(waits, [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  server.comeBack();
  await clock.advance(10 * minute);
  server.goDown();
  await clock.settle();
  assert.equal(clock.nextTimerMs, 800);
});

Deno.test("what is followed is asked again as soon as the server has answered anybody", async () => {
  const { clock, kube, server, put } = setUp({ fraction: 0.5 });
  await using reader = followReader(kube, query);
  await clock.settle();
  server.goDown();
  await clock.advance(2 * minute);
  await clock.advance(clock.nextTimerMs ?? 0);
  assert.equal(clock.nextTimerMs, 45_000);
  put("a");
  server.comeBack();
  // Refused at first, as by a server that has not read its rules yet.
  server.fail({ path: "/pods", status: 403, times: 3 });
  await kube.get(podRef("a")).catch(() => {});
  await clock.advance(5_000);
  assert.deepEqual(reader.names(), ["a"]);
});

Deno.test("chance spreads the tries of a site after an outage", async () => {
  const waits = await Promise.all([0, 0.25, 0.5, 0.999].map(async (fraction) => {
    const { clock, kube, server } = setUp({ fraction });
    server.goDown();
    await using _reader = followReader(kube, query);
    await clock.settle();
    return Math.round(clock.nextTimerMs ?? -1);
  }));
  assert.deepEqual(waits, [800, 1_000, 1_200, 1_599]);
});

Deno.test("a server that is overloaded is left alone for as long as it asks", async () => {
  const { clock, kube, server, asked, put } = setUp();
  put("a");
  server.fail({ status: 429, times: 1, retryAfter: 17 });
  await using reader = followReader(kube, query);
  await clock.advance(16_900);
  assert.deepEqual(asked(), ["list 0"]);
  assert.equal(reader.last?.available, false);
  await clock.advance(200);
  assert.deepEqual(reader.names(), ["a"]);
});

for (const status of [401, 403, 404, 429, 500, 502, 503, 504]) {
  Deno.test(`${status} from list and watch takes nothing away`, async () => {
    const { clock, kube, server, put } = setUp();
    put("a");
    await using reader = followReader(kube, query);
    await clock.settle();
    server.fail({
      status,
      times: 3,
      body: status === 502 ? "<html>bad gateway</html>" : undefined,
    });
    server.breakWatches();
    await clock.advance(2_000);
    assert.equal(reader.last?.available, false);
    assert.deepEqual(reader.names(), ["a"]);
    await clock.advance(minute);
    assert.equal(reader.last?.available, true);
    put("b");
    await clock.settle();
    assert.deepEqual(reader.names(), ["a", "b"]);
  });
}

Deno.test("half a line at the end of a watch is forgotten", async () => {
  const { clock, kube, server, put } = setUp();
  put("a");
  await using reader = followReader(kube, query);
  await clock.advance(2_000);
  server.halfLine();
  put("b");
  await clock.settle();
  assert.deepEqual(reader.names(), ["a", "b"]);
  assert.ok(reader.all.every(({ available }) => available));
});

Deno.test("answers that no API server gives are waited out", async () => {
  const { clock, kube, server, put, asked } = setUp();
  put("a");
  await using reader = followReader(kube, query);
  await clock.settle();
  asked();
  server.fail({ status: 200, times: 5, body: "no json\n" });
  server.breakWatches();
  await clock.advance(minute);
  assert.deepEqual(reader.names(), ["a"]);
  assert.ok(asked().length < 12);
  put("b");
  await clock.settle();
  assert.deepEqual(reader.names(), ["a", "b"]);
});

for (const body of [{}, { items: [] }, { kind: "PodList", metadata: {} }, "null", "[]"]) {
  Deno.test(`${JSON.stringify(body)} in place of a list says of no object that it is gone`, async () => {
    const { clock, kube, server, put } = setUp();
    server.fail({ path: "/pods", status: 200, times: 1, body });
    put("a");
    await using reader = followReader(kube, query);
    await clock.settle();
    assert.equal(reader.last?.available, false);
    await clock.advance(minute);
    assert.deepEqual(reader.names(), ["a"]);
    assert.equal(reader.last?.available, true);
  });
}

Deno.test("a line of a watch without its object is no event", async () => {
  const { clock, kube, server, put } = setUp();
  put("a");
  await using reader = followReader(kube, query);
  await clock.settle();
  server.fail({ path: "/pods", status: 200, times: 1, body: '{"type":"DELETED"}\n' });
  server.endWatches();
  await clock.advance(minute);
  assert.deepEqual(reader.names(), ["a"]);
  put("b");
  await clock.settle();
  assert.deepEqual(reader.names(), ["a", "b"]);
});

Deno.test("a watch that ends at once again and again is not opened without a pause", async () => {
  const { clock, kube, server, asked } = setUp();
  await using _reader = followReader(kube, query);
  await clock.settle();
  asked();
  server.fail({ path: "/pods", status: 200, times: 1_000, body: "" });
  server.endWatches();
  await clock.advance(minute);
  assert.ok(asked().length < 12);
});

Deno.test("versions that the server has forgotten are listed anew, from where it was", async () => {
  const { clock, kube, server, put, asked } = setUp();
  put("a");
  await using reader = followReader(kube, query);
  await clock.settle();
  server.remove(podRef("a"));
  put("b");
  await clock.settle();
  asked();
  server.forgetHistory();
  server.breakWatches();
  put("c");
  await clock.advance(5_000);
  assert.deepEqual(asked(), ["watch 4", "list 4", "watch 6"]);
  assert.deepEqual(reader.names(), ["b", "c"]);
});

Deno.test("a dead link is noticed by its silence", async () => {
  const { clock, kube, server, put } = setUp();
  put("a");
  await using reader = followReader(kube, query);
  await clock.settle();
  server.goDown("silent");
  put("b");
  await clock.advance(2 * minute);
  assert.equal(reader.last?.available, true);
  await clock.advance(minute);
  assert.equal(reader.last?.available, false);
  assert.match(reader.last?.problem ?? "", /no answer within 150 s/);
  server.comeBack();
  await clock.advance(2 * minute);
  assert.deepEqual(reader.names(), ["a", "b"]);
  assert.equal(reader.last?.available, true);
});

Deno.test("a slow reader is not taken for a dead link", async () => {
  const { clock, kube, put } = setUp();
  const stop = new AbortController();
  const followed = kube.follow<KubeObject>(query, stop.signal)[Symbol.asyncIterator]();
  await followed.next();
  const second = followed.next();
  put("a");
  await second;
  await clock.advance(4 * minute);
  put("b");
  const third = await followed.next();
  assert.deepEqual(third.value?.items.map(({ metadata }: KubeObject) => metadata?.name), [
    "a",
    "b",
  ]);
  assert.equal(third.value?.available, true);
  stop.abort();
});

Deno.test("a server with older data takes nothing away that it does not know", async () => {
  const { clock, kube, server, put, log } = setUp();
  put("a");
  const old = server.snapshot();
  put("b", "c");
  await using reader = followReader(kube, query);
  await clock.settle();
  server.replaceWithOlder(old);
  await clock.advance(10 * minute);
  assert.deepEqual([...reader.names()].sort(), ["a", "b", "c"]);
  assert.equal(reader.last?.available, true);
  assert.ok(log.messages("warn").some((message) => message.includes("older data")));
  server.remove(podRef("a"));
  await clock.settle();
  assert.deepEqual([...reader.names()].sort(), ["b", "c"]);
});

Deno.test("an answer with older data than before has everything listed anew, busy as the server is", async () => {
  const { clock, kube, server } = setUp();
  const lease: ObjectRef = { resource: leases, namespace: "kube-node-lease", name: "edge-1" };
  const metadata = { name: lease.name, namespace: "kube-node-lease" };
  let renewals = 0;
  const renew = () =>
    kube.replace(lease, { kind: "Lease", metadata, spec: { renewals: ++renewals } });
  const putPod = (uid: string) =>
    server.put(pods, {
      metadata: { name: "a", namespace: "default", uid },
      spec: { nodeName: "edge-1" },
    });
  server.put(leases, { metadata });
  putPod("first");
  const old = server.snapshot();
  await using reader = followReader(kube, query);
  await clock.settle();
  for (let turn = 0; turn < 3; turn++) await renew();
  putPod("second");
  await clock.settle();
  assert.equal(reader.last?.items[0]?.metadata?.uid, "second");
  server.replaceWithOlder(old);
  // Soon the server will have come as far as before, and be silent about all that it has forgotten.
  for (let turn = 0; turn < 10; turn++) {
    await renew();
    await clock.advance(10_000);
  }
  assert.equal(reader.last?.items[0]?.metadata?.uid, "first");
});

Deno.test("what a server has forgotten while it was away shows, though it has come as far as before by then", async () => {
  const { clock, kube, server } = setUp();
  const putPod = (name: string, phase: string) =>
    server.put(pods, {
      metadata: { name, namespace: "default", uid: name },
      spec: { nodeName: "edge-1" },
      status: { phase },
    });
  putPod("a", "Pending");
  const old = server.snapshot();
  await using reader = followReader(kube, query);
  await clock.settle();
  putPod("a", "Running");
  await clock.settle();
  server.goDown();
  await clock.advance(10_000);
  server.replaceWithOlder(old);
  for (const name of ["b", "c", "d"]) putPod(name, "Pending");
  server.comeBack();
  await clock.advance(60_000);
  const [a] = reader.last?.items ?? [];
  const { metadata } = await kube.get(podRef("a"));
  assert.equal(a?.metadata?.resourceVersion, metadata?.resourceVersion);
});

Deno.test("once that server has come as far, what it does not know is gone", async () => {
  const { clock, kube, server, put } = setUp();
  put("a");
  const old = server.snapshot();
  put("b", "c");
  await using reader = followReader(kube, query);
  await clock.settle();
  server.replaceWithOlder(old);
  await clock.advance(10 * minute);
  put("b");
  await clock.settle();
  assert.deepEqual([...reader.names()].sort(), ["a", "b", "c"]);
  put("d");
  await clock.settle();
  assert.deepEqual([...reader.names()].sort(), ["a", "b", "d"]);
});

Deno.test("a clock that jumps an hour changes nothing", async () => {
  for (const jump of [3_600_000, -3_600_000]) {
    const { clock, kube, put, asked } = setUp();
    put("a");
    await using reader = followReader(kube, query);
    await clock.settle();
    asked();
    clock.setWall(clock.now() + jump);
    put("b");
    await clock.advance(4 * minute);
    assert.deepEqual(asked(), []);
    assert.deepEqual(reader.names(), ["a", "b"]);
  }
});

Deno.test("long lists come in pages, in one piece where the pages outlive the server's memory", async () => {
  const { clock, kube, server, asked } = setUp();
  for (let number = 0; number < 1_200; number++) {
    server.put(pods, { metadata: { name: `p-${number}`, namespace: "default" } });
  }
  assert.equal((await kube.list({ resource: pods })).items.length, 1_200);
  assert.equal(asked().length, 3);
  server.answer({ method: "GET", path: "/pods" }, ({ query }) => {
    if (query.includes("continue=")) server.forgetHistory();
    return undefined;
  });
  assert.equal((await kube.list({ resource: pods })).items.length, 1_200);
  assert.equal(asked().length, 3);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("an object of 3 MB comes through", async () => {
  const { clock, kube, server } = setUp();
  await using reader = followReader(kube, query);
  await clock.settle();
  const blob = "ü".repeat(3 * 1024 * 1024);
  server.put(pods, { metadata: { name: "big" }, spec: { nodeName: "edge-1", blob } });
  await clock.settle();
  assert.deepEqual(reader.names(), ["big"]);
  assert.ok(JSON.stringify(reader.last?.items[0]).includes(blob));
});
