/** Numbers as Go writes them. */
import assert from "node:assert/strict";
import { readVarint, varint } from "./varint.ts";

/** What Go's binary.AppendVarint gives. */
const known = [
  [0n, [0]],
  [-1n, [1]],
  [1n, [2]],
  [63n, [0x7e]],
  [64n, [0x80, 0x01]],
  [-64n, [0x7f]],
  [15_000n, [0xb0, 0xea, 0x01]],
  [2n ** 63n - 1n, [0xfe, ...Array(8).fill(0xff), 0x01]],
  [-(2n ** 63n), [...Array(9).fill(0xff), 0x01]],
] as const;

for (const [value, bytes] of known) {
  Deno.test(`${value} is ${bytes.length} bytes long and comes back`, () => {
    assert.deepEqual([...varint(value)], [...bytes]);
    const read = readVarint(Uint8Array.from([7, ...bytes, 7]), 1);
    assert.deepEqual(read, { value, end: 1 + bytes.length });
  });
}

const wrong = { nothing: [], "half a number": [0x80], "65 bits": [...Array(9).fill(0x80), 0x02] };
for (const [what, bytes] of Object.entries(wrong)) {
  Deno.test(`${what} is no number`, () => {
    assert.equal(readVarint(Uint8Array.from(bytes), 0), null);
  });
}

Deno.test("eleven bytes are no number", () => {
  assert.equal(readVarint(Uint8Array.from([...Array(10).fill(0x80), 0]), 0), null);
});
