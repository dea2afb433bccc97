/** What no honest client sends: each gets its answer, in Go's words where the kubelet has one, and harms nobody else. */
import assert from "node:assert/strict";
import { startTestServer, type TestServer } from "../../../tests/fakes/kubelet_server.ts";
import { pod } from "../../../tests/fakes/pods.ts";

const host = "Host: node\r\n";
const megabyte = "a".repeat(1 << 20);

/** What is sent, and how each answer to it begins; the last ones, where more come. */
const cases: Readonly<
  Record<string, { readonly sent: string; readonly answers: readonly string[] }>
> = {
  "length and chunks at once": {
    sent:
      `POST /healthz HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n` +
      `0\r\n\r\nGET /pods HTTP/1.1\r\n${host}\r\n`,
    answers: ["400 Bad Request"],
  },
  "two lengths": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
    answers: ["400 Bad Request"],
  },
  "a length that is none": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Content-Length: 0x4\r\n\r\nabcd`,
    answers: ["400 Bad Request"],
  },
  "an encoding that nobody knows": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "two encodings": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Transfer-Encoding: identity, chunked\r\n` +
      "Connection: close\r\n\r\n0\r\n\r\n",
    answers: ["501 Not Implemented"],
  },
  "a space before a colon": {
    sent: `POST /healthz HTTP/1.1\r\n${host}Content-Length : 4\r\n\r\nabcd`,
    answers: ["400 Bad Request"],
  },
  "a header that goes on in the next line": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "a carriage return in a header": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: b\rEvil: 1\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "a zero byte in a header": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "no host": { sent: "GET /healthz HTTP/1.1\r\n\r\n", answers: ["400 Bad Request"] },
  "no HTTP": { sent: "\x16\x03\x01junk\r\n\r\n", answers: ["400 Bad Request"] },
  "headers of more than a megabyte": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: ${megabyte}\r\n\r\n`,
    answers: ["431 Request Header Fields Too Large"],
  },
  "a path of more than a megabyte": {
    sent: `GET /${megabyte} HTTP/1.1\r\n${host}\r\n`,
    answers: ["431 Request Header Fields Too Large"],
  },
  "large headers": {
    sent: `GET /healthz HTTP/1.1\r\n${host}A: ${"a".repeat(900_000)}\r\nConnection: close\r\n\r\n`,
    answers: ["200 OK"],
  },
  "the whole URL of another host": {
    sent: `GET https://other/healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["200 OK"],
  },
  "a request for no path": {
    sent: `OPTIONS * HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "a half of an escape": {
    sent: `GET /pods%2 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "a zero byte in the path": {
    sent: `GET /logs/a%00b HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["400 Bad Request"],
  },
  "a method that nobody knows": {
    sent: `TRACE /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["405 Method Not Allowed"],
  },
  "a request with junk behind it": {
    sent: `GET /healthz HTTP/1.1\r\n${host}\r\njunk`,
    answers: ["400 Bad Request"],
  },
  "two requests at once": {
    sent:
      `GET /healthz HTTP/1.1\r\n${host}\r\nGET /pods HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    answers: ["200 OK", "200 OK"],
  },
  "a wish for another protocol where there is none": {
    sent: `GET /healthz HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\njunk`,
    answers: ["200 OK"],
  },
};

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
  for (const [title, { sent, answers }] of Object.entries(cases)) {
    await t.step(title, async () => {
      assert.deepEqual((await answersTo(server, sent)).slice(-answers.length), answers);
      assert.equal((await server.ask("/healthz")).status, 200);
    });
  }
});

/** The path in the first line, and status and place of the answer. */
const paths: Readonly<Record<string, readonly [number, string?]>> = {
  "/logs/../../etc/passwd": [307, "/etc/passwd"],
  "/logs/%2e%2e/%2E%2E/etc/passwd": [404],
  "/logs/..%2f..%2fetc/passwd": [404],
  "/../../../etc/passwd": [307, "/etc/passwd"],
  "//pods": [307, "/pods"],
  "/./pods?a=b": [307, "/pods?a=b"],
  "/containerLogs/default/web/../../../pods": [307, "/pods"],
  "/containerLogs/default/web/%2e%2e%2fmain": [404],
  "/containerLogs/default/web/a%2fb": [404],
  "/containerLogs/default/web/..%5cmain": [404],
  "/pods/": [404],
  "/PODS": [404],
};

Deno.test("a path has one way to be written, which the gate and the routes see alike", async () => {
  await using server = await startTestServer({ functions: { pods: () => [pod("web").build()] } });
  for (const [path, [status, location]] of Object.entries(paths)) {
    const client = await server.connect();
    await client.send(`GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    const answer = await client.readToEnd();
    client.close();
    assert.equal(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1], String(status), path);
    assert.equal(/\r\nlocation: (.*)\r\n/i.exec(answer)?.[1], location, path);
  }
  const asked = server.asked.map((request) => request.path);
  assert.deepEqual(asked, [
    "/etc/passwd",
    "/etc/passwd",
    "/containerLogs/default/main",
    "/containerLogs/default/web/a/b",
    "/containerLogs/default/web/..\\main",
    "/pods/",
    "/PODS",
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
