/** When a node runs short of something. */
import assert from "node:assert/strict";
import { evictionThresholds } from "./eviction_threshold.ts";
import { type Observations, pressuresAt, rememberPressure } from "./pressure.ts";

const thresholds = evictionThresholds({
  "memory.available": "100",
  "nodefs.available": "10%",
  "imagefs.inodesFree": "5%",
  "pid.available": "50",
});

const CASES: readonly (readonly [what: string, seen: Observations, pressures: string])[] = [
  ["nothing measured", {}, ""],
  ["exactly what must be left", { "memory.available": { available: 100, capacity: 1000 } }, ""],
  ["less memory", { "memory.available": { available: 99, capacity: 1000 } }, "MemoryPressure"],
  [
    "less memory within the limit of all pods",
    {
      "memory.available": { available: 900, capacity: 1000 },
      podsMemory: { available: 99, capacity: 500 },
    },
    "MemoryPressure",
  ],
  ["less disk", { "nodefs.available": { available: 99, capacity: 1000 } }, "DiskPressure"],
  ["fewer inodes", { "imagefs.inodesFree": { available: 49, capacity: 1000 } }, "DiskPressure"],
  ["fewer process IDs", { "pid.available": { available: 49, capacity: 1000 } }, "PIDPressure"],
  ["a signal without a threshold", { "nodefs.inodesFree": { available: 0, capacity: 10 } }, ""],
];

for (const [what, seen, expected] of CASES) {
  Deno.test(`pressure: ${what}`, () => {
    const memory = rememberPressure({}, { thresholds, seen, at: 5 });
    assert.equal(pressuresAt(memory, { at: 5, transitionMs: 300 }).join(), expected);
  });
}

Deno.test("a pressure lasts for the transition period after it was seen last", () => {
  const short = { "memory.available": { available: 1, capacity: 1000 } };
  const first = rememberPressure({}, { thresholds, seen: short, at: 0 });
  const again = rememberPressure(first, { thresholds, seen: short, at: 100 });
  const over = rememberPressure(again, { thresholds, seen: {}, at: 200 });
  assert.deepEqual(pressuresAt(over, { at: 399, transitionMs: 300 }), ["MemoryPressure"]);
  assert.deepEqual(pressuresAt(over, { at: 400, transitionMs: 300 }), []);
});
