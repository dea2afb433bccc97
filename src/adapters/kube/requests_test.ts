/** Requests through all that a server can answer: refusals, silence, new credentials. */
import assert from "node:assert/strict";
import { fakeApiServer } from "../../../tests/fakes/api_server/api_server.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { events, leases, type ObjectRef, pods } from "../../core/kube/resource.ts";
import {
  Conflict,
  Failed,
  Forbidden,
  Invalid,
  NotFound,
  type PortError,
  Unauthorized,
  Unavailable,
} from "../../ports/errors.ts";
import { type Access, type AccessSource, fixedAccess } from "./access.ts";
import { connectKube } from "./connect.ts";

const ref: ObjectRef = { resource: pods, namespace: "default", name: "web" };
const cluster = { server: "https://api.test:6443" };

function setUp(access?: AccessSource) {
  const clock = fakeClock();
  const server = fakeApiServer({ clock });
  server.put(pods, { metadata: { name: "web", namespace: "default" } });
  const kube = fakeKube({ clock, server, ...(access && { access }) });
  return { clock, server, kube };
}

const refusals: readonly (readonly [number, new (message: string) => PortError])[] = [
  [302, Failed],
  [400, Invalid],
  [401, Unauthorized],
  [403, Forbidden],
  [404, NotFound],
  [405, Invalid],
  [408, Unavailable],
  [409, Conflict],
  [410, Failed],
  [415, Invalid],
  [418, Failed],
  [422, Invalid],
  [429, Unavailable],
  [500, Unavailable],
  [502, Unavailable],
  [503, Unavailable],
  [504, Unavailable],
];

for (const [status, kind] of refusals) {
  Deno.test(`${status} is ${kind.name}, with the server's words`, async () => {
    const { server, kube } = setUp();
    server.fail({ status, times: 1 });
    await assert.rejects(kube.get(ref), (error) => {
      assert.ok(error instanceof kind);
      assert.match(error.message, /ordered by the test/);
      return true;
    });
    server.fail({ status, times: 1, body: "<html>sorry</html>" });
    await assert.rejects(kube.get(ref), (error) => {
      assert.ok(error instanceof kind);
      assert.match(error.message, new RegExp(`the server answered ${status}: <html>sorry`));
      return true;
    });
    await kube.get(ref);
  });
}

Deno.test("when to ask again is taken from the header, or from the body", async () => {
  const { server, kube } = setUp();
  const retryAfterMs = async () => {
    const error = await kube.get(ref).catch((error: unknown) => error);
    assert(error instanceof Unavailable);
    return error.retryAfterMs;
  };
  server.fail({ status: 429, times: 1, retryAfter: 7 });
  assert.equal(await retryAfterMs(), 7_000);
  server.fail({ status: 503, times: 1, retryAfter: 3_600 });
  assert.equal(await retryAfterMs(), 30_000);
  server.fail({ status: 503, times: 1, body: { details: { retryAfterSeconds: 3 } } });
  assert.equal(await retryAfterMs(), 3_000);
  server.fail({ status: 503, times: 1 });
  assert.equal(await retryAfterMs(), undefined);
});

Deno.test("an answer that is no JSON may pass", async () => {
  const { server, kube } = setUp();
  server.fail({ status: 200, times: 1, body: "<html>log in to the hotel's network</html>" });
  await assert.rejects(kube.get(ref), Unavailable);
});

Deno.test("a server that says nothing is given up, and leaves nothing behind", async () => {
  const { clock, server, kube } = setUp();
  server.goDown("silent");
  const got = kube.get(ref).catch((error: unknown) => error);
  await clock.advance(29_000);
  assert.notEqual(clock.pendingTimers, 0);
  await clock.advance(1_000);
  const error = await got;
  assert.ok(error instanceof Unavailable);
  assert.match(error.message, /cannot reach .*: no answer within 30 s/);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("an answer that stops in the middle is given up", async () => {
  const { clock, server, kube } = setUp();
  const half = new ReadableStream({ start: (each) => each.enqueue(new Uint8Array([123])) });
  server.answer({ method: "GET", path: "/pods/web" }, () => new Response(half));
  const got = kube.get(ref).catch((error: unknown) => error);
  await clock.advance(30_000);
  assert.ok(await got instanceof Unavailable);
});

Deno.test("an answer that trickles is given up as well", async () => {
  const { clock, server, kube } = setUp();
  const blanks = new ReadableStream({
    async pull(each) {
      await clock.sleep(20_000);
      each.enqueue(new Uint8Array([32]));
    },
  });
  server.answer({ method: "GET", path: "/pods/web" }, () => new Response(blanks));
  const got = kube.get(ref).catch((error: unknown) => error);
  await clock.advance(60_000);
  assert.match(String(await got), /not finished within 60 s/);
});

/** A source that gives one after another as each is refused. */
function rotating(tokens: readonly string[]): AccessSource {
  let accesses = tokens.map((token): Access => ({ cluster, authorization: `Bearer ${token}` }));
  return {
    current(refused) {
      if (refused !== undefined && accesses.length > 1) accesses = accesses.slice(1);
      const [access = { cluster }] = accesses;
      return Promise.resolve(access);
    },
  };
}

Deno.test("after a 401 the credential is read again, and tried once more", async () => {
  const { server, kube } = setUp(rotating(["old", "new"]));
  server.answer(
    { method: "GET", path: "/" },
    ({ authorization }) =>
      authorization === "Bearer old" ? new Response("{}", { status: 401 }) : undefined,
  );
  await kube.get(ref);
  assert.deepEqual(server.requests.map(({ authorization }) => authorization), [
    "Bearer old",
    "Bearer new",
  ]);
});

Deno.test("a credential that stays the same, or is refused again, is Unauthorized", async () => {
  const fixed = setUp(fixedAccess({ cluster, authorization: "Bearer old" }));
  fixed.server.fail({ status: 401, times: 9 });
  await assert.rejects(fixed.kube.get(ref), Unauthorized);
  assert.equal(fixed.server.requests.length, 1);
  const { server, kube } = setUp(rotating(["old", "new", "newer"]));
  server.fail({ status: 401, times: 9 });
  await assert.rejects(kube.get(ref), Unauthorized);
  assert.equal(server.requests.length, 2);
});

Deno.test("requests say who sends them and what they take", async () => {
  const { server, kube } = setUp();
  const seen: Request[] = [];
  const spied = connectKube({
    access: fixedAccess({ cluster }),
    clock: fakeClock(),
    random: fakeRandom(),
    log: fakeLog(),
    userAgent: "skerry/9.9",
    openTransport: () => ({
      fetch(url, init) {
        seen.push(new Request(url, init));
        return server.fetch(new Request(url, init));
      },
      close: () => {},
    }),
  });
  await spied.get(ref);
  assert.equal(seen[0]?.headers.get("user-agent"), "skerry/9.9");
  assert.equal(seen[0]?.headers.get("accept"), "application/json");
  await kube.delete(ref, { gracePeriodSeconds: 0, uid: "uid-put-1" });
  assert.deepEqual(server.requests.at(-1)?.body, {
    kind: "DeleteOptions",
    apiVersion: "v1",
    gracePeriodSeconds: 0,
    preconditions: { uid: "uid-put-1" },
  });
});

Deno.test("closing ends what is under way", async () => {
  const { clock, server, kube } = setUp();
  server.goDown("silent");
  const got = kube.get(ref).catch((error: unknown) => error);
  await clock.settle();
  kube.close();
  assert.match(String(await got), /the connection was closed/);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("no more is asked than may be, heartbeats and events apart", async () => {
  const clock = fakeClock();
  const { server, ...kube } = fakeKube({ clock, rate: { perSecond: 2, burst: 3 } });
  server.put(pods, { metadata: { name: "web", namespace: "default" } });
  const asked = (): number => server.requests.filter(({ path }) => path.endsWith("/web")).length;
  const answers = Array.from({ length: 6 }, () => kube.get(ref));
  await clock.settle();
  assert.equal(asked(), 3);
  await clock.advance(500);
  assert.equal(asked(), 4);
  for (const resource of [leases, events]) {
    await assert.rejects(kube.get({ resource, namespace: "default", name: "web-1" }), NotFound);
  }
  await clock.advance(1_000);
  await Promise.all(answers);
  assert.equal(asked(), 6);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("closing ends the wait for a turn", async () => {
  const clock = fakeClock();
  const { server, ...kube } = fakeKube({ clock, rate: { perSecond: 0.1, burst: 1 } });
  server.put(pods, { metadata: { name: "web", namespace: "default" } });
  await kube.get(ref);
  const got = kube.get(ref).catch((error: unknown) => error);
  await clock.settle();
  kube.close();
  assert.match(String(await got), /the connection was closed/);
  assert.equal(server.requests.length, 1);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("who gives up does not wait for a credential that takes its time", async () => {
  const { kube, clock } = setUp({ current: () => new Promise(() => {}) });
  const stop = new AbortController();
  const list = kube.follow({ resource: pods }, stop.signal)[Symbol.asyncIterator]();
  const [followed, got] = [list.next(), kube.get(ref).catch((error: unknown) => error)];
  await clock.settle();
  stop.abort(new Error("enough"));
  assert.equal((await followed).done, true);
  kube.close();
  assert.match(String(await got), /the connection was closed/);
});
