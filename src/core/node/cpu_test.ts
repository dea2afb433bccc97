/** CPU amounts as shares, quotas and weights. */
import assert from "node:assert/strict";
import { milliCpuToQuota, milliCpuToShares, sharesToWeight } from "./cpu.ts";

Deno.test("a core is 1024 shares; the kernel's bounds hold", () => {
  const cases: readonly [milliCpu: number, shares: number][] = [
    [0, 2],
    [1, 2],
    [100, 102],
    [1_000, 1_024],
    [1_500, 1_536],
    [1_000_000, 262_144],
  ];
  for (const [milliCpu, shares] of cases) assert.equal(milliCpuToShares(milliCpu), shares);
});

Deno.test("a quota is CPU time in each period, at least a millisecond; no limit is 0", () => {
  const cases: readonly [milliCpu: number, periodUs: number, quota: number][] = [
    [0, 100_000, 0],
    [1, 100_000, 1_000],
    [250, 100_000, 25_000],
    [1_500, 100_000, 150_000],
    [500, 10_000, 5_000],
  ];
  for (const [milliCpu, periodUs, quota] of cases) {
    assert.equal(milliCpuToQuota({ milliCpu, periodUs }), quota);
  }
});

Deno.test("shares from 2 to 262144 are weights from 1 to 10000", () => {
  const cases: readonly [shares: number, weight: number][] = [
    [2, 1],
    [102, 4],
    [1_024, 39],
    [262_144, 10_000],
  ];
  for (const [shares, weight] of cases) assert.equal(sharesToWeight(shares), weight);
});
