/** What no honest client sends: each gets its answer, in Go's words where the kubelet has one, and harms nobody else. */
import assert from "node:assert/strict";
import {
  type Connection,
  startTestServer,
  type TestServer,
} from "../../../tests/fakes/kubelet_server.ts";
import { hostilePaths, hostileRequests } from "../../../tests/fakes/hostile_requests.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { Admission, Gate } from "../auth/gate.ts";
import { anonymous } from "../auth/user.ts";

const host = "Host: node\r\n";

async function answersTo({ connect }: TestServer, sent: string): Promise<readonly string[]> {
  const client = await connect();
  // A server that refuses what it is being sent may close before all of it is there.
  await client.send(sent).catch(() => {});
  const all = await client.readToEnd();
  client.close();
  return [...all.matchAll(/HTTP\/1\.[01] (\d+ [^\r\n]*)\r\n/g)].map(([, status = ""]) => status);
}

Deno.test("what is no request is refused, and the server goes on", async (t) => {
  await using server = await startTestServer();
  for (const [title, { sent, answers }] of Object.entries(hostileRequests)) {
    await t.step(title, async () => {
      assert.deepEqual((await answersTo(server, sent)).slice(-answers.length), answers);
      assert.equal((await server.ask("/healthz")).status, 200);
    });
  }
});

Deno.test("a path has one way to be written, which the gate and the routes see alike", async () => {
  const functions = {
    pods: () => [pod("web").build()],
    summary: () => Promise.resolve({}),
  };
  await using server = await startTestServer({ functions });
  for (const [path, [status, location]] of Object.entries(hostilePaths)) {
    const client = await server.connect();
    await client.send(`GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    const answer = await client.readToEnd();
    client.close();
    assert.equal(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1], String(status), path);
    assert.equal(/\r\nlocation: (.*)\r\n/i.exec(answer)?.[1], location, path);
  }
  const written = Object.keys(hostilePaths).map((path) => path.split("?")[0]);
  const asked = server.asked.map((request) => request.path);
  assert.deepEqual(asked.filter((path) => !written.includes(path)), [
    "/etc/passwd",
    "/etc/passwd",
    "/containerLogs/default/main",
    "/containerLogs/default/web/a/b",
    "/containerLogs/default/web/..\\main",
    "/pods ",
  ]);
});

Deno.test("a client that never ends its headers is cut off, and one with a log to follow is not", async () => {
  const limits = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
  const stop = new AbortController();
  await using server = await startTestServer({
    limits,
    functions: {
      pods: () => [pod("web").build()],
      logs: () => Promise.resolve(slowLines(stop.signal)),
    },
  });
  const follower = await server.connect();
  await follower.send(
    `GET /containerLogs/default/web/main?follow=true HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
  );
  assert.match(await follower.read(), /^HTTP\/1\.1 200 OK/);
  const slow = await server.connect();
  await slow.send(`GET /healthz HTTP/1.1\r\n${host}A: `);
  assert.match(await slow.readToEnd(), /^HTTP\/1\.1 408 Request Timeout\r\n/);
  slow.close();
  stop.abort();
  assert.match(await follower.readToEnd(), /the last line/);
  follower.close();
});

async function* slowLines(until: AbortSignal): AsyncGenerator<Uint8Array> {
  await new Promise<void>((resolve) => until.addEventListener("abort", () => resolve()));
  yield new TextEncoder().encode("the last line\n");
}

Deno.test("a client that never agrees on a secure connection is cut off, whether it waits or has gone", async () => {
  await using server = await startTestServer({ limits: { handshakeTimeout: 200 } });
  const address = { hostname: "127.0.0.1", port: server.port };
  const [silent, broken] = [await Deno.connect(address), await Deno.connect(address)];
  // The beginning of a record.
  await broken.write(Uint8Array.of(0x16, 3, 1));
  const before = openFiles();
  for (let i = 0; i < 20; i++) (await Deno.connect(address)).close();
  for (const client of [silent, broken]) {
    const end = await client.read(new Uint8Array(1)).catch(() => null);
    assert.equal(end, null);
    client.close();
  }
  assert.deepEqual(server.log.messages("debug").slice(0, 2), Array(2).fill("TLS handshake failed"));
  for (let tries = 0; openFiles() > before && tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(openFiles() <= before, "those that have gone are let go of");
});

Deno.test("of the connections that nobody was let in on, the oldest makes way for one more", async () => {
  const gate: Gate = {
    admit: ({ path }) =>
      Promise.resolve(
        path === "/pods"
          ? { kind: "Refused", status: 401, message: "Unauthorized" }
          : { kind: "Admitted", user: anonymous },
      ),
  };
  await using server = await startTestServer({ gate, mostStrangers: 2 });
  const ask = async (client: Connection, path: string): Promise<string> => {
    await client.send(`GET ${path} HTTP/1.1\r\n${host}\r\n`).catch(() => {});
    return /^HTTP\/1\.1 (\d+)/.exec(await client.read())?.[1] ?? "cut off";
  };
  const letIn = await server.connect();
  assert.equal(await ask(letIn, "/healthz"), "200");
  const refused = await server.connect();
  assert.equal(await ask(refused, "/pods"), "401");
  const silent = await server.connect();
  const last = await server.connect();
  assert.equal(await ask(last, "/pods"), "401");
  assert.equal(await ask(refused, "/pods"), "cut off");
  assert.equal(await ask(silent, "/healthz"), "200");
  assert.equal(await ask(letIn, "/healthz"), "200");
  for (const client of [letIn, refused, silent, last]) client.close();
});

function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

const wishes = {
  "": "",
  " though it would rather upgrade": "Connection: Upgrade\r\nUpgrade: h2c\r\n",
};
for (const [title, wish] of Object.entries(wishes)) {
  Deno.test(`a client that takes nothing of a log holds its reading up${title}`, async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1;
        yield await Promise.resolve(new Uint8Array(65_536));
      }
    }
    await using server = await startTestServer({
      functions: { pods: () => [pod("web").build()], logs: () => Promise.resolve(endless()) },
    });
    const client = await server.connect();
    await client.send(`GET /containerLogs/default/web/main HTTP/1.1\r\n${host}${wish}\r\n`);
    for (let before = -1; before !== given; before = given) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (before === given) break;
    }
    assert.ok(given > 0);
    assert.ok(given * 65_536 < 16 << 20, `${given} blocks were read for nobody`);
    client.close();
  });
}

const floods: Readonly<Record<string, { readonly first: string; readonly more: string }>> = {
  "of a body": {
    first: `POST /run/a/b/c HTTP/1.1\r\n${host}Content-Length: 10000000000\r\n\r\n`,
    more: "a".repeat(65_536),
  },
  "behind a wish to upgrade": {
    first: `POST /exec/a/b/c HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n`,
    more: "a".repeat(65_536),
  },
  "of further requests": {
    first: "",
    more: `GET /pods HTTP/1.1\r\n${host}\r\n`.repeat(1_000),
  },
};
for (const [title, { first, more }] of Object.entries(floods)) {
  Deno.test(`while the gate is asked, a flood ${title} stays with the client`, async () => {
    const answer = Promise.withResolvers<Admission>();
    await using server = await startTestServer({ gate: { admit: () => answer.promise } });
    const client = await server.connect();
    await client.send(first);
    const taken = await takenOf(client, more);
    assert.ok(taken < 16 << 20, `${taken} bytes were read for nobody`);
    assert.equal(server.asked.length, 1);
    answer.resolve({ kind: "Refused", status: 401, message: "Unauthorized" });
    assert.match(await client.read(), /^HTTP\/1\.1 401 Unauthorized\r\n/);
    client.close();
  });
}

Deno.test("a client that takes no answers gets no further ones", async () => {
  const refusal = { kind: "Refused", status: 401, message: "a".repeat(65_536) } as const;
  await using server = await startTestServer({ gate: { admit: () => Promise.resolve(refusal) } });
  const client = await server.connect();
  await takenOf(client, `GET /pods HTTP/1.1\r\n${host}\r\n`.repeat(1_000));
  assert.ok(server.asked.length < 256, `${server.asked.length} answers were made for nobody`);
  client.close();
});

/** How much of a text, sent again and again, the server takes before it takes no more; where it takes all, the most that was tried. */
async function takenOf(client: Connection, text: string): Promise<number> {
  let taken = 0;
  let before = -1;
  const sending = (async () => {
    for (; taken < 32 << 20; taken += text.length) await client.send(text);
  })();
  // Whoever waits for room when the connection ends is told so, and no longer of interest.
  sending.catch(() => {});
  while (before !== taken) {
    before = taken;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return taken;
}

Deno.test("a client that goes in the midst of a request disturbs nobody", async () => {
  await using server = await startTestServer();
  const gone = await server.connect();
  await gone.send(`GET /healthz HTTP/1.1\r\n${host}A: `);
  gone.close();
  const slow = await server.connect();
  await slow.send(`POST /healthz HTTP/1.1\r\n${host}Content-Length: 10\r\n\r\nab`);
  assert.match(await slow.read(), /^HTTP\/1\.1 200 OK/);
  slow.close();
  assert.equal((await server.ask("/healthz")).status, 200);
  assert.deepEqual(server.log.messages("error"), []);
});
