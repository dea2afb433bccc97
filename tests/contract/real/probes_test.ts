/** The suite of probes against servers on the loopback interface, and what only the real network can show. */
import assert from "node:assert/strict";
import { networkProbes } from "../../../src/adapters/probe/probes.ts";
import { closedPort, loopbackServers } from "../../lab/loopback_servers.ts";
import { waitUntil } from "../../lab/processes.ts";
import { probesSuite } from "../probes_suite.ts";

probesSuite("network", () => {
  const servers = loopbackServers();
  return Promise.resolve({
    probes: networkProbes(),
    ...servers,
    nobody: () => Promise.resolve(closedPort()),
    during: (work) => work,
    [Symbol.asyncDispose]: () => servers.close(),
  });
});

Deno.test("network: what is no HTTP is a failure", async () => {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of server) {
      await connection.write(new TextEncoder().encode("SSH-2.0-Server\r\n"));
      connection.close();
    }
  })();
  const { port } = server.addr;
  const request = { scheme: "http", host: "127.0.0.1", port, path: "/", headers: [] } as const;
  const answer = await networkProbes().httpGet(request, { timeoutMs: 30_000 });
  assert.deepEqual(answer, {
    kind: "Failed",
    message: `Get "http://127.0.0.1:${port}/": ` +
      "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
  });
  server.close();
  await serving;
});

Deno.test("network: a thousand probes leave no connection open", async () => {
  const servers = loopbackServers();
  const target = await servers.http(() => ({ body: "fine" }));
  const probes = networkProbes();
  const request = { ...target, scheme: "http", path: "/", headers: [] } as const;
  const once = async (): Promise<void> => {
    await probes.httpGet(request, { timeoutMs: 30_000 });
    await probes.connect(target, { timeoutMs: 30_000 });
  };
  await once();
  const before = openFiles();
  for (let round = 0; round < 500; round++) await once();
  await waitUntil(() => openFiles() <= before + 5, { timeoutMs: 10_000 });
  assert.ok(openFiles() <= before + 5, `${before} before, ${openFiles()} after`);
  await servers.close();
});

function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}
