/** A burst goes at once, what is more waits its turn, and a rest fills the bucket no more than full. */
import assert from "node:assert/strict";
import { fullBucket, take } from "./token_bucket.ts";

const limits = { perSecond: 2, burst: 3 };

function waits(times: readonly number[]): readonly number[] {
  let bucket = fullBucket(limits, 0);
  return times.map((now) => {
    const taken = take(bucket, limits, now);
    bucket = taken.bucket;
    return taken.waitMs;
  });
}

Deno.test("a burst is free, then each permission waits for its own", () => {
  assert.deepEqual(waits([0, 0, 0, 0, 0]), [0, 0, 0, 500, 1000]);
});

Deno.test("time fills the bucket, but never beyond the burst", () => {
  assert.deepEqual(waits([0, 0, 0, 500, 60_000, 60_000, 60_000, 60_000]), [
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    500,
  ]);
});

Deno.test("a rate of 0 is no limit", () => {
  const none = { perSecond: 0, burst: 0 };
  assert.equal(take(fullBucket(none, 0), none, 0).waitMs, 0);
});
