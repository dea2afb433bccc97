/** Versions of kernels against each other. */
import assert from "node:assert/strict";
import { isAtLeast } from "./kernel_version.ts";

const cases: readonly (readonly [version: string, since: string, expected: boolean])[] = [
  ["6.1.0-13-arm64", "4.15", true],
  ["4.15.0", "4.15", true],
  ["4.15", "4.15", true],
  ["4.14.336", "4.15", false],
  ["4.2.0", "4.15", false],
  ["10.0", "4.15", true],
  ["4", "4.1", false],
  ["5", "4.15", true],
  ["", "4.1", false],
  ["unknown", "0", false],
];

for (const [version, since, expected] of cases) {
  Deno.test(`kernel ${version} is ${expected ? "" : "not "}at least ${since}`, () => {
    assert.equal(isAtLeast(version, { since }), expected);
  });
}
