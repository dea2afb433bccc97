/** Tests of how many processors are in use. */
import assert from "node:assert/strict";
import { type CpuRate, type CpuSample, nextRate } from "./cpu_rate.ts";

const rateOf = (...samples: readonly CpuSample[]): CpuRate | undefined =>
  samples.reduce<CpuRate | undefined>((rate, sample) => nextRate(rate, sample), undefined);

const start = { at: 1_000, usageNs: 5_000_000_000 };

const cases: Readonly<Record<string, readonly [readonly CpuSample[], number | null]>> = {
  "one sample gives no rate": [[start], null],
  "half a processor over ten seconds": [
    [start, { at: 11_000, usageNs: 10_000_000_000 }],
    500_000_000,
  ],
  "two processors": [[start, { at: 2_000, usageNs: 7_000_000_000 }], 2_000_000_000],
  "a reader right after another gets the same": [
    [start, { at: 11_000, usageNs: 10_000_000_000 }, { at: 11_500, usageNs: 10_500_000_000 }],
    500_000_000,
  ],
  "samples too close together do not count": [[start, { at: 1_999, usageNs: 6_000_000_000 }], null],
  "another cgroup of the same name begins anew": [[start, { at: 9_000, usageNs: 0 }], null],
  "a clock that was set back begins anew": [[start, { at: 0, usageNs: 6_000_000_000 }], null],
  "what was long ago says nothing of now": [
    [start, { at: 122_000, usageNs: 6_000_000_000 }],
    null,
  ],
};

for (const [what, [samples, nanoCores]] of Object.entries(cases)) {
  Deno.test(`CPU rate: ${what}`, () => assert.equal(rateOf(...samples)?.nanoCores, nanoCores));
}

Deno.test("CPU rate: readers in quick succession do not keep it from being counted", () => {
  const samples = Array.from({ length: 40 }, (_, index) => ({
    at: start.at + index * 300,
    usageNs: start.usageNs + index * 30_000_000,
  }));
  assert.equal(rateOf(...samples)?.nanoCores, 100_000_000);
});
