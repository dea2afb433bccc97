/** Thresholds as configuration writes them. */
import assert from "node:assert/strict";
import { evictionThresholds, thresholdAmount } from "./eviction_threshold.ts";

/** A text, and what it means of a capacity of 1000000. */
const CASES: readonly (readonly [text: string, amount: number | null])[] = [
  ["100Ki", 102_400],
  ["1.5k", 1_500],
  ["50%", 500_000],
  // The kubelet's shares have 32 bits.
  ["10%", 100_000],
  ["7.5%", 75_000],
  ["0%", null],
  ["100%", null],
];

for (const [text, amount] of CASES) {
  Deno.test(`a threshold of ${text}`, () => {
    const [threshold] = evictionThresholds({ "memory.available": text });
    assert.equal(
      threshold === undefined ? null : thresholdAmount(threshold.value, 1_000_000),
      amount,
    );
  });
}

Deno.test("a share of a disk is the kubelet's to the byte", () => {
  const [threshold] = evictionThresholds({ "nodefs.available": "10%" });
  assert.ok(threshold);
  // 0.1 in 32 bits is 0.10000000149011612.
  assert.equal(thresholdAmount(threshold.value, 100_000_000_000), 10_000_000_149);
});
