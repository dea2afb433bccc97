/** Tokens are asked about once, remembered without being kept, and held to while the API server is away. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { answerReviews } from "../../../tests/fakes/reviews.ts";
import { minute, second } from "../../core/instant.ts";
import { Unavailable } from "../../ports/errors.ts";
import { createTokenReviewer } from "./token_review.ts";

const jane = { username: "jane", groups: ["dev"] };

function setup({ cacheTtlMs = 2 * minute } = {}) {
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  const asked = answerReviews(kube.server, { users: { good: jane }, allowed: {} });
  const hashKey = new TextEncoder().encode("key of a test");
  const reviewer = createTokenReviewer({ kube, clock, cacheTtlMs, hashKey });
  const review = (token: string, host = "10.0.0.9") => reviewer.review(token, host);
  return { clock, kube, asked, review };
}

Deno.test("a user is as the API server names it, and it is asked again after two minutes", async () => {
  const { clock, asked, review } = setup();
  const user = { name: "jane", uid: "u1", groups: ["dev"], extra: {} };
  assert.deepEqual(await review("good"), user);
  await clock.advance(2 * minute - 1);
  assert.deepEqual(await review("good"), user);
  assert.deepEqual(asked, ["token good"]);
  await clock.advance(1);
  await review("good");
  assert.equal(asked.length, 2);
});

Deno.test("the question names no audience: that of the API server is meant", async () => {
  const { kube, review } = setup();
  await review("good");
  const [request] = kube.server.requests;
  assert.equal(request?.path, "/apis/authentication.k8s.io/v1/tokenreviews");
  assert.deepEqual(request?.body, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token: "good" },
  });
});

Deno.test("nobody is asked about a token that is longer than any", async () => {
  const { asked, review } = setup();
  assert.equal(await review("a".repeat(16_385)), null);
  assert.deepEqual(asked, []);
  await review("a".repeat(16_384));
  assert.equal(asked.length, 1);
});

Deno.test("a refused token is asked about again after ten seconds, or after its time if that is shorter", async () => {
  for (
    const { cacheTtlMs, ms } of [{ cacheTtlMs: 2 * minute, ms: 10 * second }, {
      cacheTtlMs: second,
      ms: second,
    }]
  ) {
    const { clock, asked, review } = setup({ cacheTtlMs });
    assert.equal(await review("bad"), null);
    await clock.advance(ms - 1);
    assert.equal(await review("bad"), null);
    assert.equal(asked.length, 1);
    await clock.advance(1);
    assert.equal(await review("bad"), null);
    assert.equal(asked.length, 2);
  }
});

Deno.test("a refusal without an error holds as long as a yes", async () => {
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  let asked = 0;
  kube.server.answer({ method: "POST", path: "/tokenreviews" }, () => {
    asked += 1;
    return { status: {} };
  });
  const hashKey = new Uint8Array(32);
  const { review } = createTokenReviewer({ kube, clock, cacheTtlMs: 2 * minute, hashKey });
  assert.equal(await review("bad"), null);
  await clock.advance(2 * minute - 1);
  assert.equal(await review("bad"), null);
  assert.equal(asked, 1);
});

Deno.test("with the API server away, what is known holds to its end and no longer", async () => {
  for (const how of ["refused", "silent"] as const) {
    const { clock, kube, review } = setup();
    await review("good");
    kube.server.goDown(how);
    await clock.advance(2 * minute - 1);
    assert.equal((await review("good"))?.name, "jane");
    await clock.advance(1);
    const refused = assert.rejects(review("good"), Unavailable);
    await clock.advance(10 * second);
    await refused;
    kube.close();
    await clock.settle();
  }
});

Deno.test("a failure is not remembered", async () => {
  const { kube, review } = setup();
  kube.server.goDown();
  await assert.rejects(review("good"), Unavailable);
  kube.server.comeBack();
  assert.equal((await review("good"))?.name, "jane");
});

Deno.test("a flood of made-up tokens forgets no known one", async () => {
  const { clock, asked, review } = setup();
  await review("good");
  for (let i = 0; i < 300; i++) {
    await review(`made-up-${i}`).catch(() => null);
    await clock.advance(100);
  }
  assert.equal((await review("good"))?.name, "jane");
  assert.equal(asked.filter((each) => each === "token good").length, 1);
});

Deno.test("a token that was known is asked about again under a flood of made-up ones", async () => {
  const { clock, asked, review } = setup();
  await review("good");
  await clock.advance(2 * minute);
  for (let i = 0; i < 100; i++) await review(`made-up-${i}`).catch(() => null);
  await assert.rejects(review("made-up"), Unavailable);
  assert.equal((await review("good"))?.name, "jane");
  assert.equal(asked.filter((each) => each === "token good").length, 2);
});

Deno.test("a token that has been revoked has no reserve", async () => {
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  let authenticated = true;
  kube.server.answer(
    { method: "POST", path: "/tokenreviews" },
    () => ({ status: { authenticated, user: jane } }),
  );
  const { review } = createTokenReviewer({
    kube,
    clock,
    cacheTtlMs: second,
    hashKey: new Uint8Array(32),
  });
  await review("good");
  authenticated = false;
  await clock.advance(second);
  assert.equal(await review("good"), null);
  await clock.advance(second);
  for (let i = 0; i < 100; i++) await review(`made-up-${i}`).catch(() => null);
  await assert.rejects(review("good"), Unavailable);
});

Deno.test("nothing is remembered for no time", async () => {
  const { asked, review } = setup({ cacheTtlMs: 0 });
  await review("good");
  await review("good");
  assert.equal(asked.length, 2);
});

Deno.test("a flood from one host keeps no other one from its first answer", async () => {
  const { clock, asked, review } = setup();
  for (let second = 0; second < 10; second++) {
    await clock.advance(1_000);
    for (let n = 0; n < 500; n++) review(`made-up ${second} ${n}`).catch(() => {});
  }
  assert.ok(asked.length <= 26 + 5 * 10, `${asked.length} questions`);
  await assert.rejects(review("good"), Unavailable, "the host of the flood waits with it");
  assert.equal((await review("good", "10.0.0.7"))?.name, "jane");
});
