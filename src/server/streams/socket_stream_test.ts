/** A socket as a byte stream: who is held back when, and what becomes of memory and of those who wait. */
import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { socketStream } from "./socket_stream.ts";

/** A TLS socket as Deno has them: it cannot be paused, the handle below it can be stopped. */
function fakeTlsSocket() {
  const calls: string[] = [];
  const socket = new Duplex({
    allowHalfOpen: true,
    read: () => {},
    write: (_bytes, _encoding, done) => void pending.push(done),
  });
  const pending: ((error?: Error) => void)[] = [];
  const parent = { readStop: () => calls.push("stop"), readStart: () => calls.push("start") };
  Object.assign(socket, { _handle: { _parent: parent } });
  return { socket, calls, pending };
}

const piece = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text).slice();
const empty = new Uint8Array();

Deno.test("the reading stops when two pieces wait, and starts again when none does", async () => {
  const { socket, calls } = fakeTlsSocket();
  const stream = socketStream(socket, empty);
  socket.emit("data", piece("one"));
  assert.deepEqual(calls, []);
  socket.emit("data", piece("two"));
  assert.deepEqual(calls, ["stop"]);
  assert.deepEqual(await stream.read(), piece("one"));
  assert.deepEqual(calls, ["stop"]);
  assert.deepEqual(await stream.read(), piece("two"));
  assert.deepEqual(calls, ["stop", "start"]);
  stream.close();
});

Deno.test("a socket without TLS is paused instead", async () => {
  const socket = new Duplex({ read: () => {}, write: (_bytes, _encoding, done) => done() });
  const stream = socketStream(socket, empty);
  socket.emit("data", piece("one"));
  socket.emit("data", piece("two"));
  assert.equal(socket.isPaused(), true);
  await stream.read();
  await stream.read();
  assert.equal(socket.isPaused(), false);
  stream.close();
});

Deno.test("the memory of a piece is given back when the next is asked for, unless others share it", async () => {
  const { socket } = fakeTlsSocket();
  const shared = piece("head and more");
  const stream = socketStream(socket, shared.subarray(0, 4));
  const own = piece("one");
  socket.emit("data", own);
  assert.equal((await stream.read())?.length, 4);
  assert.equal(await stream.read(), own);
  assert.equal(shared.buffer.detached, false);
  assert.equal(own.buffer.detached, false);
  socket.emit("data", piece("two"));
  await stream.read();
  assert.equal(own.buffer.detached, true);
  stream.close();
});

Deno.test("an end is null, also behind what came before", async () => {
  const { socket } = fakeTlsSocket();
  const stream = socketStream(socket, empty);
  socket.emit("data", piece("last"));
  socket.emit("end");
  assert.deepEqual(await stream.read(), piece("last"));
  assert.equal(await stream.read(), null);
  stream.close();
});

Deno.test("who waits for a client that is lost is told", async (t) => {
  await t.step("to read", async () => {
    const { socket } = fakeTlsSocket();
    const stream = socketStream(socket, empty);
    const reading = assert.rejects(stream.read(), /the client has gone/);
    socket.destroy();
    await reading;
  });
  await t.step("to write", async () => {
    const { socket } = fakeTlsSocket();
    const stream = socketStream(socket, empty);
    const writing = assert.rejects(stream.write(piece("x")));
    socket.destroy(new Error("reset"));
    await writing;
    await assert.rejects(stream.write(piece("y")), /the client has gone/);
    await stream.end();
  });
});
