/** A bucket of permissions that fills at a steady rate: how often something may be done. */

export interface BucketLimits {
  /** Permissions that come each second; 0 for no limit. */
  readonly perSecond: number;
  /** The most that are kept. */
  readonly burst: number;
}

export interface TokenBucket {
  readonly tokens: number;
  /** By a clock that never goes backwards, in milliseconds. */
  readonly at: number;
}

/** One permission is taken, at once or after a wait. */
export interface Taken {
  readonly bucket: TokenBucket;
  /** 0: now. */
  readonly waitMs: number;
}

export function fullBucket({ burst }: BucketLimits, at: number): TokenBucket {
  return { tokens: burst, at };
}

/** Takes a permission that may still have to come. */
export function take(bucket: TokenBucket, limits: BucketLimits, now: number): Taken {
  const { perSecond, burst } = limits;
  if (perSecond <= 0) return { bucket, waitMs: 0 };
  const filled = Math.min(burst, bucket.tokens + (now - bucket.at) * perSecond / 1000);
  const tokens = filled - 1;
  return { bucket: { tokens, at: now }, waitMs: tokens >= 0 ? 0 : -tokens * 1000 / perSecond };
}
