/** Paths of files in volumes. */
import assert from "node:assert/strict";
import { payloadPathProblem } from "./payload_path.ts";

const paths: readonly [path: string, problem: string | null][] = [
  ["app.conf", null],
  ["a/b/c", null],
  ["a..b", null],
  ["a/..b", null],
  [".hidden", null],
  ["", 'invalid path: must not be empty: ""'],
  ["/a", "invalid path: must be relative path: /a"],
  ["..", "invalid path: must not contain '..': .."],
  ["a/../b", "invalid path: must not contain '..': a/../b"],
  ["..a", "invalid path: must not start with '..': ..a"],
  ["a/" + "é".repeat(128), "invalid path: filenames must be less than or equal to 255 characters"],
  ["a/".repeat(2049), "invalid path: must be less than or equal to 4096 characters"],
];
for (const [path, problem] of paths) {
  Deno.test(`path "${path.slice(0, 20)}"`, () => assert.equal(payloadPathProblem(path), problem));
}
