/** Equal values give equal text. */
import assert from "node:assert/strict";
import { canonicalJson } from "./canonical_json.ts";

Deno.test("the order of keys makes no difference, that of lists does", () => {
  assert.equal(
    canonicalJson({ b: [{ y: 1, x: null }], a: "é" }),
    canonicalJson({ a: "é", b: [{ x: null, y: 1 }] }),
  );
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
});

Deno.test("fields that are undefined are not there", () => {
  assert.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
});
