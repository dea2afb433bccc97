/** The client's end against servers that do as the test says, byte by byte. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ByteChannel } from "../../ports/byte_channel.ts";
import { upgradeToWebSocket } from "./web_socket.ts";

const options = { host: "server:6443", path: "/v1-k3s/connect", maxBytes: 100 };
const latin1 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

interface Server extends ByteChannel {
  readonly written: readonly Uint8Array[];
  isClosed: boolean;
}

/** Says these pieces one after another, and then nothing more. The first gets the accepted key for `ACCEPT`. */
function server(...pieces: readonly string[]): Server {
  const waiting = [...pieces];
  const written: Uint8Array[] = [];
  return {
    written,
    isClosed: false,
    read() {
      const request = new TextDecoder().decode(written[0]);
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(request)?.[1] ?? "";
      const salted = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(salted).digest("base64");
      const piece = waiting.shift();
      return Promise.resolve(piece === undefined ? null : latin1(piece.replace("ACCEPT", accept)));
    },
    write(bytes) {
      written.push(bytes);
      return Promise.resolve();
    },
    close() {
      this.isClosed = true;
    },
  };
}

const accepted = "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n";

Deno.test("a message that comes with the answer's head is not lost, and pings are answered", async () => {
  const channel = server(`${accepted}\x82\x01a`, "\x89\x02hi\x82\x01b");
  const socket = await upgradeToWebSocket(channel, options);
  assert.match(
    new TextDecoder().decode(channel.written[0]),
    /^GET \/v1-k3s\/connect HTTP\/1\.1\r\n/,
  );
  assert.deepEqual(await socket.read(), latin1("a"));
  assert.equal(socket.heard, 1);
  assert.deepEqual(await socket.read(), latin1("b"));
  const pong = channel.written[1]!;
  assert.deepEqual([...pong.subarray(0, 2)], [0x8a, 0x82]);
  assert.deepEqual(pong.subarray(6).map((byte, at) => byte ^ pong[2 + at]!), latin1("hi"));
});

Deno.test("messages and pings are written masked", async () => {
  const channel = server(accepted);
  const socket = await upgradeToWebSocket(channel, options);
  await socket.write(latin1("abc"));
  await socket.ping();
  assert.deepEqual([...channel.written[1]!.subarray(0, 2)], [0x82, 0x83]);
  assert.deepEqual([...channel.written[2]!.subarray(0, 2)], [0x89, 0x80]);
});

for (
  const [what, pieces, pattern] of [
    ["a refusal", ["HTTP/1.1 401 Unauthorized\r\n\r\nwho are you"], /401 Unauthorized/],
    ["an answer without an end", Array(20).fill("x".repeat(1_000)), /no end/],
    ["silence", [], /closed the connection at once/],
    ["the answer to another key", [accepted.replace("ACCEPT", "x")], /another request/],
  ] as const
) {
  Deno.test(`${what} opens no WebSocket`, async () => {
    await assert.rejects(upgradeToWebSocket(server(...pieces), options), pattern);
  });
}

for (
  const [what, pieces, pattern] of [
    ["a close", ["\x88\x02\x03\xe9"], /code 1001/],
    ["the end of the channel", [], /closed the connection/],
    ["text", ["\x81\x01a"], /text/],
    ["a message that is too long", ["\x82\x7e\x01\x00"], /256 bytes is longer than 100/],
  ] as const
) {
  Deno.test(`${what} is an end that says why`, async () => {
    const socket = await upgradeToWebSocket(server(accepted, ...pieces), options);
    await assert.rejects(socket.read(), pattern);
  });
}

Deno.test("after it was closed nothing is written", async () => {
  const channel = server(accepted);
  const socket = await upgradeToWebSocket(channel, options);
  socket.close();
  await assert.rejects(socket.write(latin1("a")), /was closed/);
  assert.ok(channel.isClosed);
});
