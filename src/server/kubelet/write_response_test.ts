/** Answers over real connections: one that is not whole does not look so, and nobody waits for a client that has gone. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { readText, writeAll } from "../../../tests/fakes/streaming_server.ts";
import { writeResponse } from "./write_response.ts";

/** A server that handles requests so. */
async function startServer(onRequest: RequestListener) {
  const server = createServer(onRequest);
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
