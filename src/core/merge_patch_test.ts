/** What differs between two values, and how it is put back. */
import assert from "node:assert/strict";
import { joinedPatches, mergePatchOf, withMergePatch } from "./merge_patch.ts";
import type { PlainMap } from "./plain_map.ts";

const versions: readonly PlainMap[] = [
  {},
  { a: 1, b: { c: "x", d: [1, 2] } },
  { a: 1, b: { c: "y" } },
  { b: { c: "y", e: { f: true } }, g: "new" },
  { b: "no map any more" },
];

function patch(was: PlainMap, is: PlainMap): PlainMap {
  return JSON.parse(JSON.stringify(mergePatchOf({ was, is })));
}

Deno.test("a patch names only what differs, and null for what is gone", () => {
  assert.deepEqual(patch({ a: 1, b: { c: 1, d: 2 }, e: 3 }, { a: 1, b: { c: 2 } }), {
    b: { c: 2, d: null },
    e: null,
  });
});

Deno.test("a patch makes the later value of the earlier one", () => {
  for (const was of versions) {
    for (const is of versions) assert.deepEqual(withMergePatch(was, patch(was, is)), is);
  }
});

Deno.test("joined patches do what they did one after another", () => {
  const steps = versions.slice(1).map((is, index) => patch(versions[index] ?? {}, is));
  const joined = steps.reduce(joinedPatches, {});
  assert.deepEqual(withMergePatch(versions[0] ?? {}, joined), versions.at(-1));
});
