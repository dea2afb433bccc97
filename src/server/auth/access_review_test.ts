/** What users may have is asked as the kubelet asks it, once, and held to while the API server is away. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { answerReviews } from "../../../tests/fakes/reviews.ts";
import { minute, second } from "../../core/instant.ts";
import { Failed, Unavailable } from "../../ports/errors.ts";
import { createAccessReviewer } from "./access_review.ts";
import type { Attributes } from "./attributes.ts";

function setup() {
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  const asked = answerReviews(kube.server, { users: {}, allowed: { jane: ["metrics"] } });
  const { authorize } = createAccessReviewer({
    kube,
    clock,
    nodeName: "edge-1",
    authorizedTtlMs: 5 * minute,
    unauthorizedTtlMs: 30 * second,
  });
  return { clock, kube, asked, authorize };
}

function wish(subresource: string): Attributes {
  const user = { name: "jane", uid: "u1", groups: ["dev"], extra: { a: ["b"] } };
  return { user, verb: "get", subresource };
}

Deno.test("the question names the user and the node's subresource", async () => {
  const { kube, authorize } = setup();
  assert.deepEqual(await authorize(wish("metrics")), { kind: "Allowed" });
  const [request] = kube.server.requests;
  assert.equal(request?.path, "/apis/authorization.k8s.io/v1/subjectaccessreviews");
  assert.deepEqual(request?.body, {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: {
      resourceAttributes: {
        verb: "get",
        version: "v1",
        resource: "nodes",
        subresource: "metrics",
        name: "edge-1",
      },
      user: "jane",
      uid: "u1",
      groups: ["dev"],
      extra: { a: ["b"] },
    },
  });
});

const times = { metrics: 5 * minute, stats: 30 * second };
for (const [subresource, ttlMs] of Object.entries(times)) {
  Deno.test(`the answer for ${subresource} holds for ${ttlMs} ms`, async () => {
    const { clock, asked, authorize } = setup();
    const first = await authorize(wish(subresource));
    await clock.advance(ttlMs - 1);
    assert.deepEqual(await authorize(wish(subresource)), first);
    assert.equal(asked.length, 1);
    await clock.advance(1);
    await authorize(wish(subresource));
    assert.equal(asked.length, 2);
  });
}

Deno.test("ten requests at once ask once", async () => {
  const { asked, authorize } = setup();
  await Promise.all(Array.from({ length: 10 }, () => authorize(wish("metrics"))));
  assert.deepEqual(asked, ["jane get metrics edge-1"]);
});

Deno.test("with the API server away, what is known holds to its end, and all else is an error", async () => {
  for (const how of ["refused", "silent"] as const) {
    const { clock, kube, authorize } = setup();
    await authorize(wish("metrics"));
    kube.server.goDown(how);
    await clock.advance(5 * minute - 1);
    assert.equal((await authorize(wish("metrics"))).kind, "Allowed");
    const other = assert.rejects(authorize(wish("stats")), Unavailable);
    await clock.advance(10 * second);
    await other;
    kube.close();
    await clock.settle();
  }
});

Deno.test("an answer that both allows and denies is none", async () => {
  const { clock } = setup();
  const kube = fakeKube({ clock });
  const status = { allowed: true, denied: true };
  kube.server.answer({ method: "POST", path: "/subjectaccessreviews" }, () => ({ status }));
  const { authorize } = createAccessReviewer({
    kube,
    clock,
    nodeName: "edge-1",
    authorizedTtlMs: minute,
    unauthorizedTtlMs: minute,
  });
  await assert.rejects(authorize(wish("metrics")), Failed);
});
