/** Streams through the proxy, over TLS and without: exact, bounded, and let go of whoever is lost. */
import assert from "node:assert/strict";
import { digest, pattern } from "../../../tests/fakes/byte_pattern.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { startStreamFront, type StreamFrontOptions } from "../../../tests/fakes/stream_front.ts";
import {
  closeQuietly,
  readSome,
  readText,
  startStreamingServer,
  writeAll,
} from "../../../tests/fakes/streaming_server.ts";
import type { StreamRequest } from "../../core/stream/stream_request.ts";
import { Failed, NotFound, Unavailable } from "../../ports/errors.ts";
import { createStreamProxy } from "./stream_proxy.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function ask(path: string, headers = ""): Uint8Array {
  return text(
    `POST ${path} HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n` +
      `${headers}\r\n`,
  );
}

const exec = "/exec/default/web/main?command=cat&input=1&output=1";

/** A front, a runtime behind it, and a client that has been let through to it. */
async function connected(options: Pick<StreamFrontOptions, "tls" | "clock" | "idleMs">) {
  const runtime = startStreamingServer();
  const front = await startStreamFront({
    ...options,
    streamUrl: () => Promise.resolve(runtime.url),
  });
  const client = await front.connect();
  await writeAll(client, ask(exec));
  const backend = await runtime.next();
  await backend.answer();
  const head = await readHead(client);
  assert.match(head, /^HTTP\/1.1 101 /);
  return {
    front,
    client,
    backend,
    async [Symbol.asyncDispose]() {
      closeQuietly(client);
      await front[Symbol.asyncDispose]();
      await runtime[Symbol.asyncDispose]();
    },
  };
}

async function readHead(conn: Deno.Conn): Promise<string> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const next = await readSome(conn, 1);
    if (next.length === 0) break;
    head += textOf(next);
  }
  return head;
}

for (const tls of [true, false]) {
  const over = tls ? "TLS" : "plain connections";

  Deno.test(`over ${over} every byte passes in its order, both ways at once`, async () => {
    await using ends = await connected({ tls });
    const { client, backend } = ends;
    const sent = pattern(8 * 1024 * 1024);
    const [up, down] = await Promise.all([
      backend.read(sent.length),
      readSome(client, sent.length),
      writeAll(client, sent),
      writeAll(backend.conn, sent),
    ]);
    assert.equal(await digest(up), await digest(sent));
    assert.equal(await digest(down), await digest(sent));
  });

  Deno.test(`over ${over} one side may end before the other`, async () => {
    await using ends = await connected({ tls });
    const { client, backend, front } = ends;
    await writeAll(client, text("that was all"));
    await (client as Deno.TcpConn).closeWrite();
    assert.equal(await readText(backend.conn), "that was all");
    await writeAll(backend.conn, text("thank you"));
    backend.conn.close();
    assert.equal(await readText(client), "thank you");
    await front.idle();
  });

  Deno.test(`over ${over} a client is held back by a backend that takes nothing`, async () => {
    await using ends = await connected({ tls });
    const { client, backend } = ends;
    const all = 64 * 1024 * 1024;
    const sender = countingSender(client, all);
    await sender.stalled();
    assert.ok(sender.sent < all / 2, `${sender.sent} bytes were taken`);
    assert.equal((await backend.read(all)).length, all);
    await sender.done;
  });

  Deno.test(`over ${over} a backend is held back by a client that takes nothing`, async () => {
    await using ends = await connected({ tls });
    const { client, backend } = ends;
    const all = 64 * 1024 * 1024;
    const sender = countingSender(backend.conn, all);
    await sender.stalled();
    assert.ok(sender.sent < all / 2, `${sender.sent} bytes were taken`);
    assert.equal((await readSome(client, all)).length, all);
    await sender.done;
  });

  Deno.test(`over ${over} the backend learns of a client that vanishes`, async () => {
    await using ends = await connected({ tls });
    const { client, backend, front } = ends;
    await writeAll(client, text("half a sen"));
    await backend.read(10);
    client.close();
    assert.equal(await readText(backend.conn), "");
    backend.conn.close();
    await front.idle();
  });

  Deno.test(`over ${over} the client learns of a backend that dies`, async () => {
    await using ends = await connected({ tls });
    const { client, backend, front } = ends;
    await writeAll(backend.conn, text("half a sen"));
    backend.conn.close();
    assert.equal(await readText(client), "half a sen");
    client.close();
    await front.idle();
  });

  Deno.test(`over ${over} all streams end when the server stops`, async () => {
    await using ends = await connected({ tls });
    const { client, backend, front } = ends;
    front.stop();
    await front.idle();
    await assertEnds(client);
    await assertEnds(backend.conn);
  });
}

/** Sends zeros, and knows how many the other side has made room for. */
function countingSender(conn: Deno.Conn, total: number) {
  const piece = new Uint8Array(64 * 1024);
  let sent = 0;
  const done = (async () => {
    while (sent < total) sent += await conn.write(piece.subarray(0, total - sent));
  })();
  return {
    get sent() {
      return sent;
    },
    done,
    /** Resolves when nothing more has been taken for a while. */
    async stalled() {
      for (let before = -1; before !== sent;) {
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    },
  };
}

/** The connection is over, in whichever way. */
async function assertEnds(conn: Deno.Conn): Promise<void> {
  const rest = await readText(conn).catch(() => "");
  assert.equal(rest, "");
}

Deno.test("a stream on which nothing moves is let go of after the idle time", async () => {
  const clock = fakeClock();
  await using ends = await connected({ tls: true, clock, idleMs: 60_000 });
  const { client, backend, front } = ends;
  await clock.advance(59_000);
  await writeAll(client, text("."));
  await backend.read(1);
  await clock.advance(59_000);
  assert.equal(front.busy, 1);
  await clock.advance(1_000);
  await front.idle();
  await assertEnds(client);
});

Deno.test("a client that does not end when the runtime has is let go of a second later", async () => {
  const clock = fakeClock();
  await using ends = await connected({ tls: true, clock, idleMs: 86_400_000 });
  const { client, backend, front } = ends;
  backend.conn.close();
  assert.equal(await readText(client), "");
  assert.equal(front.busy, 1);
  while (clock.nextTimerMs !== 1_000) await clock.settle();
  await clock.advance(1_000);
  await front.idle();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("what is sent behind the request reaches the backend once it has agreed", async () => {
  await using runtime = startStreamingServer();
  await using front = await startStreamFront({
    tls: true,
    streamUrl: () => Promise.resolve(runtime.url),
  });
  const client = await front.connect();
  await writeAll(client, new Uint8Array([...ask(exec), ...text("junk\r\n\r\n")]));
  const backend = await runtime.next();
  await backend.answer("HTTP/1.1 101 Switching Protocols\r\n\r\nhello");
  assert.equal(textOf(await backend.read(8)), "junk\r\n\r\n");
  assert.equal(await readHead(client), "HTTP/1.1 101 Switching Protocols\r\n\r\n");
  assert.equal(textOf(await readSome(client, 5)), "hello");
  client.close();
});

Deno.test("the runtime gets the client's request at its own address, without credentials", async () => {
  await using runtime = startStreamingServer();
  const asked: StreamRequest[] = [];
  await using front = await startStreamFront({
    tls: true,
    streamUrl(request) {
      asked.push(request);
      return Promise.resolve(runtime.url);
    },
  });
  const client = await front.connect();
  const headers =
    "Authorization: Bearer secret\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n" +
    "X-Stream-Protocol-Version: v3.channel.k8s.io\r\nKeep-Alive: 5\r\nContent-Length: 0\r\n";
  await writeAll(client, ask(exec, headers));
  const { head } = await runtime.next();
  assert.equal(
    head,
    `POST /exec/token HTTP/1.1\r\nHost: ${runtime.url.host}\r\nConnection: Upgrade\r\n` +
      "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n" +
      "X-Stream-Protocol-Version: v3.channel.k8s.io\r\n\r\n",
  );
  assert.deepEqual(asked, [{
    kind: "exec",
    target: { namespace: "default", pod: "web", container: "main" },
    command: ["cat"],
    streams: { stdin: true, stdout: true, stderr: false, tty: false },
  }]);
  client.close();
});

const offers: Readonly<Record<string, string>> = {
  "TOKEN, v5.channel.k8s.io": "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n",
  "v5.channel.k8s.io, v4.channel.k8s.io,TOKEN":
    "Sec-WebSocket-Protocol: v5.channel.k8s.io,v4.channel.k8s.io\r\n",
  "TOKEN": "",
};

for (const [offer, forwarded] of Object.entries(offers)) {
  Deno.test(`the runtime gets no token that came as a WebSocket's protocol: ${offer}`, async () => {
    await using runtime = startStreamingServer();
    await using front = await startStreamFront({
      tls: false,
      streamUrl: () => Promise.resolve(runtime.url),
    });
    const client = await front.connect();
    const token = "base64url.bearer.authorization.k8s.io.c2VjcmV0";
    await writeAll(
      client,
      ask(exec, `Sec-WebSocket-Protocol: ${offer.replace("TOKEN", token)}\r\n`),
    );
    const { head } = await runtime.next();
    client.close();
    assert.equal(head.split("Upgrade: SPDY/3.1\r\n")[1], `${forwarded}\r\n`);
  });
}

interface Refusal {
  readonly path?: string;
  readonly error?: Error;
  readonly answer: RegExp;
}

const refusals: Readonly<Record<string, Refusal>> = {
  "no stream is chosen": {
    path: "/exec/default/web/main?command=ls",
    answer: /^HTTP\/1.1 400 Bad Request\r\n[^]*\r\n\r\nyou must specify at least 1 of stdin, /,
  },
  "there is no such path": {
    path: "/exec/default/web/../../../main?output=1",
    answer: /^HTTP\/1.1 404 Not Found\r\n[^]*\r\n\r\n404: Page Not Found$/,
  },
  "there is no such pod": {
    error: new NotFound("pod does not exist"),
    answer: /^HTTP\/1.1 404 Not Found\r\n[^]*\r\n\r\npod does not exist$/,
  },
  "nothing runs": {
    error: new Failed('container not found ("main")'),
    answer: /^HTTP\/1.1 500 Internal Server Error\r\n[^]*\r\n\r\ncontainer not found \("main"\)$/,
  },
  "the runtime has too much to do": {
    error: new Unavailable("maximum number of in-flight requests", { retryAfterMs: 60_000 }),
    answer: /^HTTP\/1.1 429 Too Many Requests\r\n[^]*Retry-After: 60\r\n[^]*\r\n\r\nmaximum number/,
  },
  "the runtime is away": {
    error: new Unavailable("no runtime"),
    answer: /^HTTP\/1.1 500 Internal Server Error\r\n[^]*\r\n\r\nno runtime$/,
  },
};

for (const [when, { path = exec, error, answer }] of Object.entries(refusals)) {
  Deno.test(`an ordinary answer, and the connection's end, when ${when}`, async () => {
    await using front = await startStreamFront({
      tls: true,
      streamUrl: () => Promise.reject(error ?? new Error("nobody should ask")),
    });
    const client = await front.connect();
    await writeAll(client, ask(path));
    assert.match(await readText(client), answer);
    client.close();
    await front.idle();
  });
}

interface RuntimeRefusal {
  readonly says: string;
  readonly answer: RegExp;
}

const runtimeRefusals: Readonly<Record<string, RuntimeRefusal>> = {
  "refuses": {
    says: "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nno token!and more",
    answer: /^HTTP\/1.1 404 Not Found\r\n[^]*\r\n\r\nno token!$/,
  },
  "answers without handing over": {
    says: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    answer: /^HTTP\/1.1 500 [^]*\r\n\r\ninvalid upgrade response: status code 200\n$/,
  },
  "speaks no HTTP": {
    says: "SSH-2.0-OpenSSH\r\n\r\n",
    answer: /^HTTP\/1.1 500 [^]*\r\n\r\nerror dialing [^]*: what was answered is not HTTP\n$/,
  },
  "hangs up": {
    says: "",
    answer: /^HTTP\/1.1 500 [^]*\r\n\r\nerror dialing [^]*: the connection was closed without /,
  },
};

for (const [what, { says, answer }] of Object.entries(runtimeRefusals)) {
  Deno.test(`the client is told when the runtime's streaming server ${what}`, async () => {
    await using runtime = startStreamingServer();
    await using front = await startStreamFront({
      tls: true,
      streamUrl: () => Promise.resolve(runtime.url),
    });
    const client = await front.connect();
    await writeAll(client, ask(exec));
    const backend = await runtime.next();
    await backend.answer(says);
    backend.conn.close();
    assert.match(await readText(client), answer);
    client.close();
  });
}

Deno.test("a runtime that says nothing is given up, and one that nobody finds", async () => {
  await using runtime = startStreamingServer();
  const clock = fakeClock();
  const nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  nobody.close();
  const urls = [runtime.url, new URL(`http://127.0.0.1:${nobody.addr.port}/exec/token`)];
  await using front = await startStreamFront({
    tls: true,
    clock,
    streamUrl: () => Promise.resolve(urls.shift() ?? runtime.url),
  });
  const waits = await front.connect();
  await writeAll(waits, ask(exec));
  await runtime.next();
  await clock.advance(30_000);
  assert.match(await readText(waits), /error dialing [^]*: no answer in time\n$/);
  waits.close();
  const refused = await front.connect();
  await writeAll(refused, ask(exec));
  assert.match(await readText(refused), /error dialing [^]*: Connection refused/);
  refused.close();
});

Deno.test("a runtime's certificate that nobody vouches for is refused", async () => {
  const noStream = () => Promise.reject(new Error("nobody should ask"));
  await using runtime = await startStreamFront({ tls: true, streamUrl: noStream });
  await using front = await startStreamFront({
    tls: true,
    streamUrl: () => Promise.resolve(new URL(`https://127.0.0.1:${runtime.port}/exec/token`)),
  });
  const client = await front.connect();
  await writeAll(client, ask(exec));
  assert.match(await readText(client), /error dialing [^]*: invalid peer certificate: /);
  client.close();
});

Deno.test("a request without an Upgrade header gets none", async () => {
  const functions = { streamUrl: () => Promise.resolve(new URL("http://127.0.0.1:1/")) };
  const proxy = createStreamProxy({ functions, clock: fakeClock(), log: fakeLog(), idleMs: 1 });
  const { pathname: path, searchParams: query } = new URL(exec, "http://node");
  assert.deepEqual(await proxy.withoutUpgrade({ path, query }), {
    kind: "Refused",
    status: 500,
    text: "Upgrade request required\n",
  });
});
