/** The kernel's lists of processors. */
import assert from "node:assert/strict";
import { parseCpuList } from "./cpu_list.ts";

const CASES: readonly (readonly [text: string, cpus: readonly number[]])[] = [
  ["0\n", [0]],
  ["0-3\n", [0, 1, 2, 3]],
  ["0-1,4,6-7", [0, 1, 4, 6, 7]],
  ["\n", []],
];

for (const [text, cpus] of CASES) {
  Deno.test(`the list ${JSON.stringify(text)} is ${cpus.length} processors`, () => {
    assert.deepEqual(parseCpuList(text), cpus);
  });
}
