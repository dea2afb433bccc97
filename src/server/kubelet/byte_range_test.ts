/** Which piece of a file the header Range asks for. */
import assert from "node:assert/strict";
import { type ByteRange, parseRange } from "./byte_range.ts";

const cases: readonly (readonly [string | null, number, ByteRange | undefined | null])[] = [
  [null, 10, undefined],
  ["bytes=0-3", 10, { start: 0, end: 4 }],
  ["bytes=4-", 10, { start: 4, end: 10 }],
  ["bytes=4-99", 10, { start: 4, end: 10 }],
  ["bytes=-3", 10, { start: 7, end: 10 }],
  ["bytes=-99", 10, { start: 0, end: 10 }],
  ["bytes=0-1,3-4", 10, undefined],
  ["bytes=10-", 10, null],
  ["bytes=5-4", 10, null],
  ["bytes=a-b", 10, null],
  ["lines=0-3", 10, null],
  ["bytes=0-3", 0, undefined],
];
for (const [header, size, range] of cases) {
  Deno.test(`${header} of ${size} bytes`, () => assert.deepEqual(parseRange(header, size), range));
}
