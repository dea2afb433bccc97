/** Ages in kubectl's words. */
import assert from "node:assert/strict";
import { humanDuration } from "./human_duration.ts";

const s = 1_000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;
const y = 365 * d;

const cases: readonly (readonly [ms: number, words: string])[] = [
  [-2 * s, "<invalid>"],
  [-1 * s, "0s"],
  [-1, "0s"],
  [0, "0s"],
  [999, "0s"],
  [1 * s, "1s"],
  [70 * s, "70s"],
  [119 * s, "119s"],
  [120 * s, "2m"],
  [190 * s, "3m10s"],
  [10 * m - 1, "9m59s"],
  [10 * m + 59 * s, "10m"],
  [179 * m, "179m"],
  [3 * h, "3h"],
  [3 * h + 5 * m, "3h5m"],
  [8 * h + 5 * m, "8h"],
  [47 * h, "47h"],
  [48 * h, "2d"],
  [51 * h, "2d3h"],
  [7 * d + 23 * h, "7d23h"],
  [8 * d + 5 * h, "8d"],
  [2 * y - h, "729d"],
  [2 * y, "2y"],
  [2 * y + 3 * d, "2y3d"],
  [8 * y + 3 * d, "8y"],
  [NaN, "<invalid>"],
];

for (const [ms, words] of cases) {
  Deno.test(`${ms} ms is ${words}`, () => assert.equal(humanDuration(ms), words));
}
