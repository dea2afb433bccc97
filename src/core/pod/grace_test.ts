/** How much of the grace period is left. */
import assert from "node:assert/strict";
import { remainingGrace } from "./grace.ts";

const cases = [
  { wholeSeconds: 30, elapsedMs: 0, left: 30 },
  { wholeSeconds: 30, elapsedMs: 1_999, left: 29 },
  { wholeSeconds: 30, elapsedMs: 29_000, left: 2 },
  { wholeSeconds: 30, elapsedMs: 3_600_000, left: 2 },
  { wholeSeconds: 30, elapsedMs: -5_000, left: 30 },
  { wholeSeconds: 1, elapsedMs: 0, left: 2 },
  { wholeSeconds: 0, elapsedMs: 0, left: 2 },
];
for (const { left, ...asked } of cases) {
  Deno.test(`${asked.wholeSeconds} s of grace after ${asked.elapsedMs} ms: ${left} s`, () => {
    assert.equal(remainingGrace(asked), left);
  });
}
