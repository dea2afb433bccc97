/** The gRPC channel against a real server on a unix socket. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Server, ServerCredentials, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { NotFound, Unavailable } from "../../ports/errors.ts";
import { type Channel, type Method, openChannel } from "./channel.ts";

const text = new TextEncoder();

function method(name: string): Method<string, string> {
  return {
    path: `/test.Test/${name}`,
    encode: (message) => text.encode(message),
    decode: (bytes) => new TextDecoder().decode(bytes),
  };
}

const wire = {
  requestSerialize: (message: string) => Buffer.from(message),
  responseSerialize: (message: string) => Buffer.from(message),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseDeserialize: (bytes: Buffer) => bytes.toString(),
};

const large = "x".repeat(6 * 1024 * 1024);

/** A server whose calls answer, fail, say nothing, or stream without an end. */
async function serve(socket: string): Promise<Server> {
  const server = new Server({ "grpc.max_send_message_length": -1 });
  const one = { ...wire, requestStream: false, responseStream: false } as const;
  server.addService({
    echo: { ...one, path: method("Echo").path },
    large: { ...one, path: method("Large").path },
    missing: { ...one, path: method("Missing").path },
    never: { ...one, path: method("Never").path },
    count: { ...wire, path: method("Count").path, requestStream: false, responseStream: true },
  }, {
    echo: (call: ServerUnaryCall<string, string>, answer: (e: null, m: string) => void) =>
      answer(null, `${call.request} ${call.metadata.get("who")}`),
    large: (_call: unknown, answer: (e: null, m: string) => void) => answer(null, large),
    missing: (_call: unknown, answer: (e: object) => void) =>
      answer({ code: status.NOT_FOUND, details: "not here" }),
    never: () => {},
    count: (call: { write(message: string): void }) => ["1", "2"].forEach((n) => call.write(n)),
  });
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(
      `unix:${socket}`,
      ServerCredentials.createInsecure(),
      (error) => error ? reject(error) : resolve(),
    )
  );
  return server;
}

interface Parts {
  readonly channel: Channel;
  readonly stopServer: () => void;
  readonly startServer: () => Promise<void>;
}

function test(what: string, body: (parts: Parts) => Promise<void>): void {
  Deno.test(`channel: ${what}`, async () => {
    const dir = await Deno.makeTempDir();
    const socket = `${dir}/s.sock`;
    let server = await serve(socket);
    const channel = openChannel({ socket, timeoutMs: 10_000 });
    try {
      await body({
        channel,
        stopServer: () => server.forceShutdown(),
        startServer: async () => void (server = await serve(socket)),
      });
    } finally {
      channel.close();
      server.forceShutdown();
      await Deno.remove(dir, { recursive: true });
    }
  });
}

test("a call carries its headers and gives the answer", async ({ channel }) => {
  const options = { headers: { who: "me" } };
  assert.equal(await channel.unary(method("Echo"), "hello", options), "hello me");
});

test("answers may be larger than gRPC's 4 MB", async ({ channel }) => {
  assert.equal((await channel.unary(method("Large"), "x")).length, large.length);
});

test("a failure is the port's error", async ({ channel }) => {
  await assert.rejects(
    channel.unary(method("Missing"), "x"),
    (error) => error instanceof NotFound && error.message.endsWith("= not here"),
  );
});

test("a call that is not answered in its time is Unavailable", async ({ channel }) => {
  await assert.rejects(channel.unary(method("Never"), "x", { timeoutMs: 30 }), Unavailable);
});

test("a call ends with its signal's reason", async ({ channel }) => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const call = channel.unary(method("Never"), "x", { signal: stop.signal });
  stop.abort(reason);
  await assert.rejects(call, (error) => error === reason);
  const next = channel.unary(method("Echo"), "x", { signal: stop.signal });
  await assert.rejects(next, (error) => error === reason);
});

test("a stream gives what comes until its signal aborts", async ({ channel }) => {
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const message of channel.stream(method("Count"), "x", { signal: stop.signal })) {
    seen.push(message);
    if (seen.length === 2) stop.abort();
  }
  assert.deepEqual(seen, ["1", "2"]);
});

test("a stream that is read no further is cancelled", async ({ channel }) => {
  const { signal } = new AbortController();
  for await (const message of channel.stream(method("Count"), "x", { signal })) {
    assert.equal(message, "1");
    break;
  }
});

test("calls and streams of a server that goes away are Unavailable", async (parts) => {
  const { channel, stopServer } = parts;
  const callEnds = assert.rejects(channel.unary(method("Never"), "x"), Unavailable);
  const { signal } = new AbortController();
  const stream = channel.stream(method("Count"), "x", { signal });
  await stream.next();
  await stream.next();
  stopServer();
  await callEnds;
  await assert.rejects(stream.next(), Unavailable);
  await assert.rejects(channel.unary(method("Echo"), "x"), Unavailable);
});

test("a server that is back is found again within a second or so", async (parts) => {
  const { channel, stopServer, startServer } = parts;
  await channel.unary(method("Echo"), "x");
  stopServer();
  await assert.rejects(channel.unary(method("Echo"), "x"), Unavailable);
  await startServer();
  const deadline = performance.now() + 3_000;
  const answers = () => channel.unary(method("Echo"), "x").then(() => true, () => false);
  while (!await answers()) {
    assert.ok(performance.now() < deadline, "not found again");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});
