/** Tests of the memory of the root cgroup. */
import assert from "node:assert/strict";
import { rootMemory } from "./root_memory.ts";

const meminfo = `MemTotal:        1024 kB
MemFree:          512 kB
SwapTotal:        100 kB
SwapFree:          60 kB
HugePages_Total:       0
`;
const memory = {
  workingSetBytes: 1,
  swapBytes: 7,
  limitBytes: null,
  swapLimitBytes: null,
  pressure: null,
};

Deno.test("root memory: the machine is its limit", () => {
  const { limitBytes, swapLimitBytes, swapBytes } = rootMemory(memory, { meminfo, version: 1 });
  assert.deepEqual([limitBytes, swapLimitBytes, swapBytes], [1_048_576, 102_400, 7]);
});

Deno.test("root memory: version 2 does not count the root's swap", () => {
  assert.equal(rootMemory(memory, { meminfo, version: 2 }).swapBytes, 40 * 1024);
});
