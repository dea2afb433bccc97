/** Messages in one part and in several, and what may stand between them. */
import assert from "node:assert/strict";
import { createMessageReader } from "./messages.ts";

const read = (...bytes: number[]) =>
  createMessageReader({ maxBytes: 4 }).read(Uint8Array.from(bytes));

Deno.test("a message comes in one frame or in several, with pings in between", () => {
  const messages = read(0x82, 1, 5, 0x02, 1, 6, 0x89, 1, 9, 0x00, 1, 7, 0x80, 1, 8, 0x8a, 0);
  assert.deepEqual(messages.ok && messages.value, [
    { kind: "Binary", bytes: Uint8Array.of(5) },
    { kind: "Ping", bytes: Uint8Array.of(9) },
    { kind: "Binary", bytes: Uint8Array.of(6, 7, 8) },
    { kind: "Pong" },
  ]);
});

Deno.test("why the server closes is told", () => {
  const messages = read(0x88, 4, 0x03, 0xe9, 0x68, 0x69);
  assert.deepEqual(messages.ok && messages.value, [
    { kind: "Close", reason: "the server closed the connection with code 1001: hi" },
  ]);
});

for (
  const [what, bytes] of [
    ["text", [0x81, 1, 0x61]],
    ["an unknown opcode", [0x83, 0]],
    ["a continuation of nothing", [0x80, 0]],
    ["a message within another one", [0x02, 0, 0x82, 0]],
    ["parts that are too long together", [0x02, 3, 1, 2, 3, 0x80, 3, 1, 2, 3]],
  ] as const
) {
  Deno.test(`${what} is refused`, () => assert.equal(read(...bytes).ok, false));
}
