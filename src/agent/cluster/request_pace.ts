/** How fast an API server is asked for what has gathered while it was away: other nodes come back to it as well. */
import { second } from "../../core/instant.ts";
import { type BucketLimits, take, type TokenBucket } from "../../core/kube/token_bucket.ts";
import type { Clock } from "../../ports/clock.ts";

/** Below 10 a second, with room for what the agent asks for besides. */
export const backlogRate: BucketLimits = { perSecond: 7, burst: 1 };

/** After so long without a turn the next one waits for a second: the agent asks for its lists first. */
const quietMs = 3 * second;

/** Gives one turn after another; all that share it are limited together. */
export function createPace(clock: Clock, limits: BucketLimits): () => Promise<void> {
  let bucket: TokenBucket = { tokens: 0, at: -Infinity };
  return async () => {
    const now = clock.monotonic();
    const isFirst = now - bucket.at >= quietMs;
    const taken = take(isFirst ? emptied(limits, now) : bucket, limits, now);
    bucket = taken.bucket;
    if (taken.waitMs > 0) await clock.sleep(taken.waitMs);
  };
}

/** A permission comes after a second. */
function emptied({ perSecond }: BucketLimits, at: number): TokenBucket {
  return { tokens: 1 - perSecond, at };
}
