/** The control API's socket: who may use it, and what becomes of it. */
import { deepEqual, equal, fail, ok, rejects } from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeControl, noStreams, startFakeAgent } from "../../../tests/fakes/control.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { Conflict, Failed } from "../../ports/errors.ts";
import { askForUpgrade } from "../streams/upgrade.ts";
import type { ControlFunctions } from "./control_api.ts";
import { type ControlServer, serveControl } from "./control_server.ts";

/** A directory that is gone when the test is over. */
async function room(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "skerry-socket-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function serve(
  path: string,
  { signal, functions = {} }: {
    readonly signal: AbortSignal;
    readonly functions?: Partial<ControlFunctions>;
  },
): Promise<ControlServer> {
  return serveControl({
    path,
    functions: fakeControl(functions),
    streams: noStreams,
    clock: fakeClock(),
    log: fakeLog(),
    signal,
  });
}

async function get(socket: string, path: string): Promise<unknown> {
  using client = Deno.createHttpClient({ proxy: { transport: "unix", path: socket } });
  return await (await fetch(`http://127.0.0.1${path}`, { client })).json();
}

Deno.test("only the owner can reach the socket, and nothing else is left beside it", async () => {
  await using agent = await startFakeAgent();
  const info = await Deno.lstat(agent.socket);
  equal(info.isSocket, true);
  equal(info.mode! & 0o777, 0o600);
  const directory = agent.socket.slice(0, agent.socket.lastIndexOf("/"));
  deepEqual((await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name), [
    "skerry.sock",
  ]);
});

Deno.test("the directory is made, and the socket goes with the agent", async () => {
  await using place = await room();
  const stop = new AbortController();
  const path = `${place.path}/run/skerry/skerry.sock`;
  const server = await serve(path, { signal: stop.signal });
  deepEqual(await get(path, "/v1/events"), []);
  stop.abort();
  await server.finished;
  deepEqual(await Array.fromAsync(Deno.readDir(`${place.path}/run/skerry`)), []);
});

Deno.test("a socket that a dead agent left is replaced", async () => {
  await using place = await room();
  const path = `${place.path}/skerry.sock`;
  // A listener that is killed leaves its socket; a hard link survives the orderly close.
  const listener = Deno.listen({ transport: "unix", path: `${path}.old` });
  await Deno.link(`${path}.old`, path);
  listener.close();
  const stop = new AbortController();
  const server = await serve(path, { signal: stop.signal });
  deepEqual(await get(path, "/v1/events"), []);
  stop.abort();
  await server.finished;
});

Deno.test("a second agent is refused, and the first one goes on", async () => {
  await using agent = await startFakeAgent();
  await rejects(serve(agent.socket, { signal: new AbortController().signal }), (error) => {
    ok(error instanceof Conflict);
    equal(
      error.message,
      `another agent answers on ${agent.socket}; stop it first, or choose another socket`,
    );
    return true;
  });
  deepEqual(await get(agent.socket, "/v1/events"), []);
});

Deno.test("a file that is no socket is not touched", async () => {
  await using place = await room();
  const path = `${place.path}/precious`;
  await Deno.writeTextFile(path, "data");
  const signal = new AbortController().signal;
  await rejects(serve(path, { signal }), { name: Failed.name, message: /no socket lies there/ });
  equal(await Deno.readTextFile(path), "data");
});

Deno.test("a place where no socket can be made is named, and nothing is left", async () => {
  await using place = await room();
  const path = `${place.path}/${"x".repeat(120)}/skerry.sock`;
  const signal = new AbortController().signal;
  await rejects(serve(path, { signal }), { name: Failed.name, message: new RegExp(path) });
  deepEqual(await Array.fromAsync(Deno.readDir(`${place.path}/${"x".repeat(120)}`)), []);
});

Deno.test("followers do not hold up the end", async () => {
  await using place = await room();
  const path = `${place.path}/skerry.sock`;
  const stop = new AbortController();
  let sourceStopped = false;
  const functions: Partial<ControlFunctions> = {
    logs: (_request, signal) => Promise.resolve(lineThenSilence(signal)),
  };
  async function* lineThenSilence(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("first\n");
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    sourceStopped = true;
  }
  const server = await serve(path, { signal: stop.signal, functions });
  using client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  const response = await fetch("http://127.0.0.1/v1/logs?namespace=a&name=b&follow=true", {
    client,
  });
  const reader = response.body?.getReader() ?? fail("the answer has no body");
  equal(new TextDecoder().decode((await reader.read()).value), "first\n");
  const start = performance.now();
  stop.abort();
  await server.finished;
  ok(performance.now() - start < 1_000);
  equal(sourceStopped, true);
  await reader.read().then(({ done }) => equal(done, true), () => {/* cut off */});
});

Deno.test("connections are handed over for streams alone, and the server outlives who is refused", async () => {
  const taken: string[] = [];
  await using agent = await startFakeAgent({}, {
    upgrade({ path, query, socket }) {
      taken.push(`${path}?${query}`);
      socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      return Promise.resolve();
    },
  });
  const ask = async (target: string): Promise<number> => {
    using conn = await Deno.connect({ transport: "unix", path: agent.socket });
    const headers = [["Host", "a"], ["Connection", "Upgrade"], ["Upgrade", "SPDY/3.1"]] as const;
    return (await askForUpgrade(conn, { method: "POST", target, headers })).status;
  };
  equal(await ask("/v1/streams/exec/shop/w%65b/main?command=ls&output=1"), 101);
  deepEqual(taken, ["/exec/shop/web/main?command=ls&output=1"]);
  for (const other of ["/v1/pods", "/v1/streams/../pods", "/v1/streams/%", "/exec/shop/web/main"]) {
    equal(await ask(other), 404, other);
  }
  equal(taken.length, 1);
  deepEqual(await get(agent.socket, "/v1/events"), []);
});

Deno.test("connections that were handed over end with the server", async () => {
  const { promise: taken, resolve } = Promise.withResolvers<void>();
  const agent = await startFakeAgent({}, { upgrade: () => Promise.resolve(resolve()) });
  using conn = await Deno.connect({ transport: "unix", path: agent.socket });
  const head =
    "POST /v1/streams/exec/a/b/c HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";
  await conn.write(new TextEncoder().encode(head));
  await taken;
  await agent[Symbol.asyncDispose]();
  equal(await conn.read(new Uint8Array(1)).catch(() => null), null);
});
