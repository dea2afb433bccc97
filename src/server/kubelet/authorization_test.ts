/** Every route of the kubelet's API over real TLS, for everybody: who is refused, and who gets as far as the route. */
import assert from "node:assert/strict";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import {
  fakeKubelet,
  startTestServer,
  testDebugging,
  type TestServer,
} from "../../../tests/fakes/kubelet_server.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { reviewGate, subresources, tokenOf } from "../../../tests/fakes/review_gate.ts";
import { logHealth, ping } from "./health.ts";
import { kubeletApp } from "./kubelet_app.ts";

/** By the first part of a path: the subresources of nodes of which one is enough. */
const rights: Readonly<Record<string, readonly string[]>> = {
  healthz: ["healthz", "proxy"],
  pods: ["pods", "proxy"],
  runningpods: ["pods", "proxy"],
  configz: ["configz", "proxy"],
  statusz: ["statusz"],
  flagz: ["configz"],
  stats: ["stats"],
  metrics: ["metrics"],
  logs: ["log"],
  containerLogs: ["proxy"],
  run: ["proxy"],
  exec: ["proxy"],
  attach: ["proxy"],
  portForward: ["proxy"],
  debug: ["proxy"],
};

/** Each of them once, with something in the place of what is not fixed. */
function routes(): readonly string[] {
  const app = kubeletApp({
    functions: fakeKubelet(),
    checks: [ping, logHealth],
    health: createAgentMetrics().health,
    debugging: testDebugging,
    clock: fakeClock(),
    log: fakeLog(),
  });
  const paths = app.routes.map(({ path }) => path.replaceAll(/:\w+|\*/g, "x"));
  return [...new Set(paths)];
}

/** 200 for whatever a route answers. */
async function verdict(
  server: TestServer,
  path: string,
  user: string | null,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const credentials = user === null ? {} : { authorization: `Bearer ${tokenOf(user)}` };
  const { status, body } = await server.ask(path, { headers: { ...credentials, ...more } });
  assert.ok(!body.startsWith("Authorization error"), body);
  return [401, 403].includes(status) ? status : 200;
}

Deno.test("each route is for those who may have its subresource", async (t) => {
  const gate = reviewGate();
  await using server = await startTestServer({ gate });
  for (const path of routes()) {
    await t.step(path, async () => {
      const those = rights[path.split("/")[1] ?? ""];
      assert(those !== undefined, "the test says who may have it");
      // Only so much may be asked at once.
      await gate.clock.advance(10_000);
      assert.equal(await verdict(server, path, null), 401, "anonymous");
      assert.equal(await verdict(server, path, "stranger"), 401, "a stranger");
      assert.equal(await verdict(server, path, "nothing"), 403, "who may have nothing");
      for (const user of subresources) {
        assert.equal(await verdict(server, path, user), those.includes(user) ? 200 : 403, user);
      }
    });
  }
});

const upgrades: readonly Readonly<Record<string, string>>[] = [
  { connection: "Upgrade", upgrade: "SPDY/3.1" },
  {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  },
];
for (const headers of upgrades) {
  Deno.test(`an upgrade to ${headers["upgrade"]} passes the same gate`, async () => {
    const gate = reviewGate();
    const upgraded: string[] = [];
    await using server = await startTestServer({
      gate,
      streams: {
        withoutUpgrade: () => Promise.resolve({ status: 400, text: "" }),
        upgrade({ path, socket, user }) {
          upgraded.push(`${user.name} ${path}`);
          socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
          return Promise.resolve();
        },
      },
    });
    for (const path of ["/exec/a/b/c", "/attach/a/b/c", "/portForward/a/b"]) {
      assert.equal(await verdict(server, path, null, headers), 401);
      for (const user of ["nothing", "metrics", "pods"]) {
        assert.equal(await verdict(server, path, user, headers), 403);
      }
      assert.deepEqual(upgraded.splice(0), []);
      assert.equal(await verdict(server, path, "proxy", headers), 200);
      assert.deepEqual(upgraded.splice(0), [`proxy ${path}`]);
    }
    const recorded = gate.lines.map((line) => JSON.parse(line))
      .filter(({ verdict }) => verdict === "allowed").map(({ user, action }) => [user, action]);
    assert.deepEqual(recorded, [["proxy", "exec"], ["proxy", "attach"], ["proxy", "portForward"]]);
  });
}
