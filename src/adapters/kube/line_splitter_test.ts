/** Lines come out whole, however the bytes are cut. */
import assert from "node:assert/strict";
import { createLineSplitter } from "./line_splitter.ts";
import { UnreadableWatch } from "./status_errors.ts";

const text = '{"a":"ü€😀"}\n\n{"b":2}\r\n{"half';

for (let size = 1; size < 20; size++) {
  Deno.test(`bytes in pieces of ${size}`, () => {
    const splitter = createLineSplitter({ longest: 100 });
    const bytes = new TextEncoder().encode(text);
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      lines.push(...splitter.push(bytes.subarray(at, at + size)));
    }
    assert.deepEqual(lines.map((line) => line.trim()), ['{"a":"ü€😀"}', '{"b":2}']);
  });
}

Deno.test("a line without an end is not kept for ever", () => {
  const splitter = createLineSplitter({ longest: 100 });
  const piece = new TextEncoder().encode("x".repeat(60));
  splitter.push(piece);
  assert.throws(() => splitter.push(piece), UnreadableWatch);
});
