/** What each path of the kubelet's API answers: status, type and body. */
import assert from "node:assert/strict";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { exposition } from "../../core/metrics/exposition.ts";
import { startTestServer } from "../../../tests/fakes/kubelet_server.ts";
import { fakeKubelet } from "../../../tests/fakes/kubelet_server.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { Failed, NotFound } from "../../ports/errors.ts";
import { ping } from "./health.ts";
import { healthApp } from "./kubelet_app.ts";

const text = "text/plain; charset=utf-8";
const json = "application/json";

const broken = { name: "syncloop", check: () => "sync Loop took longer than expected" };
const web = pod("web").build();
const running = {
  metadata: { name: "web", namespace: "default", uid: "u1" },
  spec: { containers: [{ name: "main", image: "img", resources: {} }] },
  status: {},
};

interface Case {
  readonly ask: string;
  readonly method?: string;
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

const cases: readonly Case[] = [
  { ask: "/healthz", status: 200, type: text, body: "ok" },
  { ask: "/healthz", method: "PUT", status: 200, type: text, body: "ok" },
  { ask: "/healthz/ping", status: 200, type: text, body: "ok" },
  { ask: "/healthz/log", status: 200, type: text, body: "ok" },
  { ask: "/healthz/other", status: 404, type: text, body: "404 page not found\n" },
  {
    ask: "/healthz?verbose",
    status: 200,
    type: text,
    body: "[+]ping ok\n[+]log ok\nhealthz check passed\n",
  },
  {
    ask: "/healthz?verbose=1&exclude=log&exclude=x&exclude=a",
    status: 200,
    body: "[+]ping ok\n[+]log excluded: ok\nwarn: some health checks cannot be excluded: " +
      'no matches for "a","x"\nhealthz check passed\n',
  },
  {
    ask: "/pods",
    status: 200,
    type: json,
    body: `${JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: {}, items: [web] })}\n`,
  },
  { ask: "/pods", method: "POST", status: 405, body: "405: Method Not Allowed" },
  {
    ask: "/runningpods/",
    status: 200,
    type: json,
    body: `${
      JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: {}, items: [running] })
    }\n`,
  },
  { ask: "/configz", status: 200, type: json, body: '{"kubeletconfig":{"maxPods":110}}' },
  {
    ask: "/stats/summary",
    status: 200,
    type: json,
    body: '{"onlyCpuAndMemory":false}',
  },
  {
    ask: "/stats/summary?only_cpu_and_memory=true",
    method: "POST",
    status: 200,
    body: '{"onlyCpuAndMemory":true}',
  },
  { ask: "/metrics", status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: "a 1\n" },
  { ask: "/metrics/probes", status: 200, body: "p 1\n" },
  { ask: "/metrics/slis", status: 200, body: "s 1\n" },
  { ask: "/metrics/resource", status: 500, body: "not given" },
  { ask: "/run/default/web/main?cmd=ls+-l", method: "POST", status: 200, body: "ls,-l of main" },
  { ask: "/run/default/web/u9/main?cmd=ls", method: "POST", status: 404, body: "pod not found" },
  { ask: "/run/default/web/main?cmd=no", method: "POST", status: 500, body: "no such program" },
  { ask: "/run/default/web/main?cmd=ls", status: 405, body: "405: Method Not Allowed" },
  { ask: "/exec/default/web/main", status: 400, body: "you must specify an upgrade" },
  { ask: "/logs/", status: 405, body: "logs endpoint is disabled.\n" },
  { ask: "/debug/pprof/heap", status: 405, body: "profiling endpoint is disabled.\n" },
  { ask: "/debug/flags/v", method: "PUT", status: 405, body: "flags endpoint is disabled.\n" },
  { ask: "/", status: 404, type: text, body: "404 page not found\n" },
];

Deno.test("each path answers as the kubelet's", async (t) => {
  await using server = await startTestServer({
    functions: {
      pods: () => [web],
      runningPods: () => Promise.resolve([running]),
      configz: () => ({ maxPods: 110 }),
      summary: (options) => Promise.resolve(options),
      metrics: {
        ...fakeKubelet().metrics,
        agent: () => "a 1\n",
        probes: () => "p 1\n",
        slis: () => "s 1\n",
      },
      run({ container, uid }, command) {
        if (uid !== undefined) return Promise.reject(new NotFound("pod not found"));
        if (command[0] === "no") return Promise.reject(new Failed("no such program"));
        return Promise.resolve(new TextEncoder().encode(`${command} of ${container}`));
      },
    },
  });
  for (const { ask, method = "GET", status, type, body } of cases) {
    await t.step(`${method} ${ask}`, async () => {
      const answer = await server.ask(ask, { method });
      assert.deepEqual([answer.status, answer.body], [status, body]);
      if (type !== undefined) assert.equal(answer.headers["content-type"], type);
      assert.equal(answer.headers["content-length"], String(new TextEncoder().encode(body).length));
    });
  }
  await t.step("/statusz and /flagz tell of the program, as text alone", async () => {
    const { body } = await server.ask("/statusz");
    assert.match(body, /^\nkubelet statusz\nWarning: /);
    assert.match(body, /\nStarted: 2026-01-01T00:00:00Z\nUp: \d+ hr \d\d min \d\d sec\n/);
    assert.match(body, /\nPaths: .*\/configz .*\/pods /);
    assert.match((await server.ask("/flagz")).body, /\nv: 4\n$/);
    const headers = { accept: "application/json" };
    assert.equal((await server.ask("/flagz", { headers })).status, 406);
  });
});

Deno.test("a check that fails says so to everybody, and what is wrong to who asks for it", async () => {
  await using server = await startTestServer({ app: { checks: [ping, broken] } });
  const all = await server.ask("/healthz");
  const lines = "[+]ping ok\n[-]syncloop failed: reason withheld\nhealthz check failed\n";
  assert.deepEqual([all.status, all.body], [500, lines]);
  const one = await server.ask("/healthz/syncloop");
  const why = "internal server error: sync Loop took longer than expected\n";
  assert.deepEqual([one.status, one.body], [500, why]);
});

Deno.test("checks that are asked for together are counted, by name and by what came of them", async () => {
  const { health, healthRegistry } = createAgentMetrics();
  await using server = await startTestServer({ app: { checks: [ping, broken], health } });
  await server.ask("/healthz");
  await server.ask("/healthz?exclude=ping");
  await server.ask("/healthz/syncloop");
  const lines = exposition(healthRegistry.families()).split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(lines, [
    'kubernetes_healthcheck{name="ping",type="healthz"} 1',
    'kubernetes_healthcheck{name="syncloop",type="healthz"} 0',
    'kubernetes_healthchecks_total{name="ping",type="healthz",status="success"} 1',
    'kubernetes_healthchecks_total{name="syncloop",type="healthz",status="error"} 2',
  ]);
});

Deno.test("without debugging handlers there is nothing but what monitoring reads", async () => {
  await using server = await startTestServer({ app: { debugging: null } });
  const disabled = "Debug endpoints are disabled.\n";
  for (
    const path of [
      "/run/a/b/c",
      "/exec/a/b/c",
      "/attach/a/b/c",
      "/portForward/a/b",
      "/containerLogs/a/b/c",
      "/runningpods/",
      "/debug/pprof/",
      "/logs/syslog",
    ]
  ) {
    const { status, body } = await server.ask(path, { method: "POST" });
    assert.deepEqual([status, body], [405, disabled], path);
  }
  for (const path of ["/configz", "/statusz", "/flagz"]) {
    assert.equal((await server.ask(path)).status, 404, path);
  }
  for (const path of ["/healthz", "/pods", "/metrics"]) {
    assert.equal((await server.ask(path)).status, 200, path);
  }
});

Deno.test("the port of the health checks has nothing else", async () => {
  const app = healthApp({ checks: [ping], health: createAgentMetrics().health, log: fakeLog() });
  const statuses = await Promise.all(
    ["/healthz", "/healthz/ping", "/pods", "/metrics", "/logs/"].map(
      async (path) => (await app.request(path)).status,
    ),
  );
  assert.deepEqual(statuses, [200, 200, 404, 404, 404]);
});
