/** Ports without encryption: they answer, wait for a port that is taken, and end when told to. */
import assert from "node:assert/strict";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { realClock } from "../../../tests/fakes/kubelet_server.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { ping } from "./health.ts";
import { healthApp } from "./kubelet_app.ts";
import { type PlainServerOptions, servePlain } from "./plain_server.ts";

const address = "127.0.0.1";

interface Running extends AsyncDisposable {
  readonly port: Promise<number>;
}

function serve(own: Partial<PlainServerOptions> = {}): Running {
  const stop = new AbortController();
  const log = fakeLog();
  const { promise: port, resolve: onListening } = Promise.withResolvers<number>();
  const routes = healthApp({ checks: [ping], health: createAgentMetrics().health, log });
  const options = { address, port: 0, routes, clock: realClock, log, onListening, ...own };
  const finished = servePlain(options, stop.signal);
  return {
    port,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await finished;
    },
  };
}

/** A port that somebody else has. */
async function takenPort(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  assert.ok(typeof bound === "object" && bound !== null);
  return { server, port: bound.port };
}

Deno.test("health checks are answered to everybody", async () => {
  await using server = serve();
  const answer = await fetch(`http://${address}:${await server.port}/healthz`);
  assert.deepEqual([answer.status, await answer.text()], [200, "ok"]);
});

Deno.test("a port that is taken is told of once, and served when it is free", async () => {
  const { server: other, port } = await takenPort();
  const clock = fakeClock();
  const log = fakeLog();
  await using server = serve({ port, clock, log });
  const tried = async (times: number) => {
    while (log.messages("error").length === 0) await Deno.stat("/");
    for (let each = 0; each < times; each++) {
      await clock.advance(5_000);
      await Deno.stat("/");
    }
  };
  await tried(3);
  assert.deepEqual(log.messages("error"), ["Cannot listen, trying again"]);
  await new Promise((resolve) => other.close(resolve));
  let bound = false;
  const listening = server.port.then(() => bound = true);
  while (!bound) await tried(1);
  await listening;
  const answer = await fetch(`http://${address}:${port}/healthz`);
  assert.equal(await answer.text(), "ok");
});

Deno.test("it ends while it waits for its port", async () => {
  const { server: other, port } = await takenPort();
  {
    await using _server = serve({ port });
  }
  await new Promise((resolve) => other.close(resolve));
});
