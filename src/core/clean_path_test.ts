/** Paths in one way of writing. */
import assert from "node:assert/strict";
import { cleanPath } from "./clean_path.ts";

const paths: readonly [path: string, clean: string][] = [
  ["a/b", "a/b"],
  ["./a//b/", "a/b"],
  ["a/./b", "a/b"],
  ["a/../b", "b"],
  ["../a/..", ".."],
  ["../../a", "../../a"],
  ["/", "/"],
  ["/../a/", "/a"],
  ["/a/../..", "/"],
  ["", ""],
  [".", ""],
];
for (const [path, clean] of paths) {
  Deno.test(`"${path}" is "${clean}"`, () => assert.equal(cleanPath(path), clean));
}
