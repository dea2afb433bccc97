/** Every endpoint for everybody: who gets 401, 403, 500, or in. */
import assert from "node:assert/strict";
import { reviewGate, subresources, tokenOf } from "../../../tests/fakes/review_gate.ts";
import { minute } from "../../core/instant.ts";
import type { Credentials } from "./auth.ts";
import type { GateRequest } from "./gate.ts";

function setup(options: Parameters<typeof reviewGate>[0] = {}) {
  const gate = reviewGate(options);
  const ask = (path: string, credentials: Partial<Credentials>, more: Partial<GateRequest> = {}) =>
    gate.admit({
      method: "GET",
      path,
      query: "",
      remoteAddress: "10.0.0.1:50000",
      credentials: { certificate: null, token: null, ...credentials },
      ...more,
    });
  /** The status, 200 for who is let in. */
  const status = async (path: string, user: string | null): Promise<number> => {
    const admission = await ask(path, { token: user && tokenOf(user) });
    return admission.kind === "Admitted" ? 200 : admission.status;
  };
  return { ...gate, ask, status };
}

/** Each endpoint with all those who may have it. */
const endpoints: Readonly<Record<string, readonly string[]>> = {
  "/healthz": ["healthz", "proxy"],
  "/healthz/ping": ["healthz", "proxy"],
  "/pods": ["pods", "proxy"],
  "/runningpods/": ["pods", "proxy"],
  "/configz": ["configz", "proxy"],
  "/statusz": ["statusz"],
  "/flagz": ["configz"],
  "/stats/summary": ["stats"],
  "/metrics": ["metrics"],
  "/metrics/cadvisor": ["metrics"],
  "/metrics/resource": ["metrics"],
  "/metrics/probes": ["metrics"],
  "/logs/": ["log"],
  "/logs/syslog": ["log"],
  "/checkpoint/default/web/main": ["checkpoint"],
  "/containerLogs/default/web/main": ["proxy"],
  "/exec/default/web/main": ["proxy"],
  "/exec/default/web/uid/main": ["proxy"],
  "/attach/default/web/main": ["proxy"],
  "/portForward/default/web": ["proxy"],
  "/run/default/web/main": ["proxy"],
  "/debug/pprof/heap": ["proxy"],
  "/debug/flags/v": ["proxy"],
  "/does/not/exist": ["proxy"],
};
for (const [path, those] of Object.entries(endpoints)) {
  Deno.test(`${path} is for ${those.join(" and ")} alone`, async () => {
    const { status } = setup();
    assert.equal(await status(path, null), 401);
    assert.equal(await status(path, "stranger"), 401);
    assert.equal(await status(path, "nothing"), 403);
    for (const user of subresources) {
      assert.equal(await status(path, user), those.includes(user) ? 200 : 403, user);
    }
  });
}

Deno.test("answers are in the kubelet's words", async () => {
  const { kube, ask } = setup();
  const token = "token-of-nothing";
  assert.deepEqual(await ask("/pods", {}), {
    kind: "Refused",
    status: 401,
    message: "Unauthorized",
  });
  assert.deepEqual(await ask("/pods", { token }, { method: "POST" }), {
    kind: "Refused",
    status: 403,
    message: "Forbidden (user=nothing, verb=create, resource=nodes, subresource(s)=[pods proxy])\n",
  });
  kube.server.goDown();
  assert.deepEqual(await ask("/stats/summary", { token }), {
    kind: "Refused",
    status: 500,
    message: "Authorization error (user=nothing, verb=get, resource=nodes, subresource=stats)",
  });
  assert.deepEqual(await ask("/pods", { token: "token-of-pods" }), {
    kind: "Refused",
    status: 401,
    message: "Unauthorized",
  });
});

Deno.test("proxy is asked for only after the subresource was refused", async () => {
  const { asked, status } = setup();
  assert.equal(await status("/pods", "pods"), 200);
  assert.deepEqual(asked, ["token token-of-pods", "pods get pods edge-1"]);
  assert.equal(await status("/pods", "proxy"), 200);
  assert.deepEqual(asked.slice(3), ["proxy get pods edge-1", "proxy get proxy edge-1"]);
});

Deno.test("an anonymous request is asked about like any other where it is allowed at all", async () => {
  const { ask, asked } = setup({ anonymousAllowed: true });
  const admission = await ask("/healthz", {});
  assert(admission.kind === "Refused");
  assert.equal(admission.status, 403);
  assert.equal(asked[0], "system:anonymous get healthz edge-1");
});

Deno.test("what was let in before stays so while the API server is away, to its end", async () => {
  const { clock, kube, status } = setup();
  assert.equal(await status("/metrics", "metrics"), 200);
  kube.server.goDown();
  await clock.advance(2 * minute - 1);
  assert.equal(await status("/metrics", "metrics"), 200);
  assert.equal(await status("/metrics", "stats"), 401);
  await clock.advance(1);
  assert.equal(await status("/metrics", "metrics"), 401);
});

Deno.test("each refusal is recorded with its reason, and of what is allowed only what goes on inside of pods", async () => {
  const { kube, lines, ask } = setup();
  const certificate = { commonName: "root", organizations: ["system:masters"] };
  await ask("/pods", {});
  await ask("/pods", { token: "made-up" });
  await ask("/pods", { certificate });
  await ask("/pods", { token: "token-of-pods" });
  await ask("/exec/default/web/main", { token: "token-of-proxy" }, {
    method: "POST",
    query: "command=sh&command=-c&command=secret&stdin=true",
  });
  kube.server.goDown();
  await ask("/stats", { token: "token-of-pods" });
  await ask("/stats", { token: "never-seen" });
  const shown = lines.map((line) => JSON.parse(line)).map((
    { status, user, action, program, arguments: count, reason },
  ) => [status, user, action, program, count, reason]);
  assert.deepEqual(shown.slice(0, 4), [
    [401, null, undefined, undefined, undefined, "no credentials"],
    [401, null, undefined, undefined, undefined, "nobody vouches for the token"],
    [403, "root", undefined, undefined, undefined, ""],
    [200, "proxy", "exec", "sh", 2, ""],
  ]);
  assert.deepEqual(shown.slice(4).map(([status, user]) => [status, user]), [[500, "pods"], [
    401,
    null,
  ]]);
  assert.match(`${shown[4]?.at(-1)}`, /^authorization error: ./);
  assert.match(`${shown[5]?.at(-1)}`, /^authentication error: ./);
});

Deno.test("refusals are counted, each of them", async () => {
  const { registry, status } = setup();
  for (let i = 0; i < 200; i++) await status("/pods", null);
  await status("/pods", "nothing");
  const counted = registry.families().find(({ name }) =>
    name === "skerry_kubelet_api_refusals_total"
  );
  assert.deepEqual(counted?.samples.map(({ labels, value }) => [labels, value]), [
    [{ code: "401" }, 200],
    [{ code: "403" }, 1],
  ]);
});

Deno.test("a token that an error repeats does not get into the record", async () => {
  const { kube, lines, ask } = setup();
  kube.server.fail({
    method: "POST",
    path: "/tokenreviews",
    status: 500,
    times: 1,
    body: { kind: "Status", message: "no such token: planted-token" },
  });
  await ask("/pods", { token: "planted-token" });
  assert.match(lines[0] ?? "", /no such token/);
  assert.doesNotMatch(lines.join(""), /planted-token/);
});
