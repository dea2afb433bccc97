/** Every message as bytes and back, and what is no message. */
import assert from "node:assert/strict";
import { decodeMessage, encodeMessage, type SentMessage, type TunnelMessage } from "./message.ts";

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

/** With the number 1, which is 2 in zig-zag; connection 3 is 6. */
const table: readonly (readonly [SentMessage, readonly number[]])[] = [
  [
    { kind: "Data", connection: 3n, bytes: Uint8Array.of(9, 8) },
    [2, 6, 2, 0xb0, 0xea, 0x01, 9, 8],
  ],
  [
    { kind: "Connect", connection: 3n, protocol: "tcp", address: "127.0.0.1:10250" },
    [2, 6, 4, 0xb0, 0xea, 0x01, ...ascii("tcp/127.0.0.1:10250")],
  ],
  [{ kind: "Error", connection: 3n, text: "EOF" }, [2, 6, 6, ...ascii("EOF")]],
  [{ kind: "AddClient", client: "a/7" }, [2, 0, 8, ...ascii("a/7")]],
  [{ kind: "RemoveClient", client: "a/7" }, [2, 0, 10, ...ascii("a/7")]],
  [{ kind: "Pause", connection: -3n }, [2, 5, 12]],
  [{ kind: "Resume", connection: 3n }, [2, 6, 14]],
  [
    { kind: "SyncConnections", connections: [3n, 258n] },
    [2, 0, 16, 3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0],
  ],
];

for (const [message, bytes] of table) {
  Deno.test(`${message.kind} is written as the module does, and read`, () => {
    assert.deepEqual([...encodeMessage(message, 1n)], [...bytes]);
    const read = decodeMessage(Uint8Array.from(bytes));
    assert.deepEqual(read, { ok: true, value: message });
  });
}

Deno.test("a list of connections is written in its order", () => {
  const bytes = encodeMessage({ kind: "SyncConnections", connections: [2n, -1n, 1n] }, 1n);
  const read = decodeMessage(bytes);
  assert.deepEqual(read.ok && read.value, {
    kind: "SyncConnections",
    connections: [-1n, 1n, 2n],
  });
});

Deno.test("an address may hold slashes, and a long error is cut where the module stops reading", () => {
  const connect: SentMessage = {
    kind: "Connect",
    connection: 1n,
    protocol: "unix",
    address: "/a/b",
  };
  assert.deepEqual(decodeMessage(encodeMessage(connect, 1n)), { ok: true, value: connect });
  const error = decodeMessage(
    encodeMessage({ kind: "Error", connection: 1n, text: "x".repeat(300) }, 1n),
  );
  assert.equal(error.ok && (error.value as { text: string }).text.length, 100);
});

Deno.test("a type of a later version is passed over", () => {
  const value: TunnelMessage = { kind: "Other", type: 9n };
  assert.deepEqual(decodeMessage(Uint8Array.of(2, 6, 18, 1, 2, 3)), { ok: true, value });
});

const wrong = {
  nothing: [],
  "half a head": [2, 6],
  "no deadline": [2, 6, 2],
  "no protocol": [2, 6, 4, 0, ...ascii("10250")],
  "half a number in a list": [2, 0, 16, 1, 2, 3],
};
for (const [what, bytes] of Object.entries(wrong)) {
  Deno.test(`${what} is no message`, () => {
    assert.equal(decodeMessage(Uint8Array.from(bytes)).ok, false);
  });
}
