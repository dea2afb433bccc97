/** Which values say the same in JSON. */
import assert from "node:assert/strict";
import { isSameJson } from "./same_json.ts";

const cases: readonly (readonly [unknown, unknown, boolean])[] = [
  [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, true],
  [{ a: null }, {}, true],
  [{ a: undefined }, { a: null }, true],
  [{ a: { b: null } }, { a: {} }, true],
  [{ a: {} }, {}, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  ["1", 1, false],
  [[], {}, false],
];
for (const [one, other, same] of cases) {
  const word = same ? "is" : "is not";
  Deno.test(`${JSON.stringify(one)} ${word} ${JSON.stringify(other)}`, () => {
    assert.equal(isSameJson(one, other), same);
    assert.equal(isSameJson(other, one), same);
  });
}
