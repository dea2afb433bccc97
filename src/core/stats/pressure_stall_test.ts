/** Tests of how long work stood still. */
import assert from "node:assert/strict";
import { parsePressure } from "./pressure_stall.ts";

const some = "some avg10=1.50 avg60=0.75 avg300=0.25 total=9\n";
const none = { total: 0, avg10: 0, avg60: 0, avg300: 0 };

Deno.test("pressure: an older kernel tells no full one of processors", () => {
  const expected = { some: { total: 9, avg10: 1.5, avg60: 0.75, avg300: 0.25 }, full: none };
  assert.deepEqual(parsePressure(some), expected);
});

for (
  const [what, text] of [["no file", null], ["an empty file", ""], [
    "other words",
    "x y\n",
  ]] as const
) {
  Deno.test(`pressure: none of ${what}`, () => assert.equal(parsePressure(text), null));
}
