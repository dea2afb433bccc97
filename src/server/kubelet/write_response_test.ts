/** Answers over real connections: one that is not whole does not look so, and nobody waits for a client that has gone. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { Duplex } from "node:stream";
import type { AddressInfo } from "node:net";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { readSome, readText, writeAll } from "../../../tests/fakes/streaming_server.ts";
import { writeAndClose, writeResponse } from "./write_response.ts";

/** A server that handles requests, or upgrades, so. */
async function startServer(
  onRequest: RequestListener,
  onUpgrade: (socket: Duplex, head: Uint8Array) => void = () => {},
) {
  const server = createServer(onRequest);
  server.on("upgrade", (_message, socket, head) => onUpgrade(socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    async send(text: string): Promise<Deno.Conn> {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await writeAll(conn, new TextEncoder().encode(text));
      return conn;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const get = "GET / HTTP/1.1\r\nHost: n\r\n\r\n";

Deno.test("a body that is shorter than was said breaks the connection off", async () => {
  await using server = await startServer((_message, to) => {
    const body = ReadableStream.from([new Uint8Array(4)]);
    void writeResponse(new Response(body, { headers: { "content-length": "10" } }), {
      to,
      method: "GET",
    });
  });
  using client = await server.send(get + get);
  const said = await readText(client).catch(() => "");
  assert.ok((said.match(/HTTP\/1\.1/g) ?? []).length <= 1, said);
});

Deno.test("an answer to a client that has gone already is given up", async () => {
  const { promise: written, resolve, reject } = Promise.withResolvers<unknown>();
  const asked = Promise.withResolvers<void>();
  let isCancelled = false;
  await using server = await startServer(async (_message, to) => {
    asked.resolve();
    await once(to, "close");
    const body = new ReadableStream({ cancel: () => void (isCancelled = true) });
    const answer = new Response(body, { headers: { "transfer-encoding": "chunked" } });
    writeResponse(answer, { to, method: "GET" }).then(resolve, reject);
  });
  const client = await server.send(get);
  await asked.promise;
  client.close();
  await written;
  assert.equal(isCancelled, true);
});

const wish = "GET / HTTP/1.1\r\nHost: n\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";
const refused = "no entry for you";
/** Whole, and one that is sent piece by piece. */
const refusals: Readonly<Record<string, () => Response>> = {
  "a refused upgrade": () => new Response(refused, { status: 401 }),
  "an upgrade that is answered with a stream": () => {
    const body = ReadableStream.from([new TextEncoder().encode(refused)]);
    return new Response(body, { headers: { "transfer-encoding": "chunked" } });
  },
};

for (const [title, answer] of Object.entries(refusals)) {
  Deno.test(`${title} keeps no connection: not of who stays, and not with bytes unread`, async () => {
    const clock = fakeClock();
    const upgraded = Promise.withResolvers<Duplex>();
    const closed = Promise.withResolvers<void>();
    await using server = await startServer(() => {}, (socket, head) => {
      upgraded.resolve(socket);
      writeAndClose(answer(), { socket, head, clock }).then(closed.resolve, closed.reject);
    });
    using client = await server.send(wish + "junk");
    await writeAll(client, new Uint8Array(1 << 18));
    assert.match(await readText(client), /\r\nconnection: close\r\n\r\nno entry for you$/);
    const socket = await upgraded.promise;
    assert.equal(socket.destroyed, false);
    while (clock.pendingTimers === 0) await clock.settle();
    await clock.advance(10_000);
    await closed.promise;
    assert.equal(socket.destroyed, true);
    assert.equal(clock.pendingTimers, 0);
  });

  Deno.test(`${title} is over when the client ends`, async () => {
    const clock = fakeClock();
    const closed = Promise.withResolvers<void>();
    await using server = await startServer(() => {}, (socket, head) => {
      writeAndClose(answer(), { socket, head, clock }).then(closed.resolve, closed.reject);
    });
    const client = await server.send(wish);
    await readSome(client, 1 << 16);
    client.close();
    await closed.promise;
    assert.equal(clock.pendingTimers, 0);
  });
}
