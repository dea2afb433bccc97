/** When a service account token is asked for anew, and when a new one is worth a write to the store. */
import { type Instant, minute, second } from "../instant.ts";
import type { TokenTimes } from "./token_times.ts";

/** No token is used for longer without asking for another: the kubelet's rule. */
const longestMs = 24 * 60 * minute;
/** So that pods which came together do not renew together. */
const jitterMs = 10 * second;

/** After so much of its life a token is asked for anew, in milliseconds; `fraction` is chance (0 to 1). */
export function renewalAgeMs(
  { lifeMs, fraction }: { readonly lifeMs: number; readonly fraction: number },
): number {
  return Math.min(lifeMs * 0.8, longestMs) - fraction * jitterMs;
}

/** When it is due: by the wall clock, and by the monotonic one. */
export interface Due {
  readonly wall: Instant;
  readonly monotonic: number;
}

/** After a start of the agent tokens that are due are asked for within so long, not all at once. */
const spreadMs = minute;

/**
 * For a token that an earlier agent got: only the wall clock can tell its age. Where that shows a time before the token was
 * issued it is wrong, and has no say.
 */
export function restoredDue(
  { times, wishedMs, now, monotonic, fraction }: {
    readonly times: TokenTimes;
    /** For how long the pod wants its tokens: they may live for longer in truth. */
    readonly wishedMs: number;
    readonly now: Instant;
    readonly monotonic: number;
    readonly fraction: number;
  },
): Due {
  const { issuedAt, expiresAt } = times;
  if (expiresAt <= now) return { wall: -Infinity, monotonic };
  const soon = { wall: Infinity, monotonic: monotonic + fraction * spreadMs };
  if (issuedAt === null || issuedAt > now) return soon;
  const lifeMs = Math.min(wishedMs, expiresAt - issuedAt);
  const wall = issuedAt + renewalAgeMs({ lifeMs, fraction });
  return wall <= now ? soon : { wall, monotonic: monotonic + longestMs };
}

/** From here on a token is about to be missed. */
const urgentMs = 10 * minute;
const longestRetryMs = 10 * minute;
const retryJitterMs = 30 * second;

/**
 * Until a request that failed is made again: a minute, doubling to ten while the token that is there is good for longer. Spread, so
 * that a link that comes back has not all tokens of a site to carry at once.
 */
export function retryDelayMs(
  { failures, leftMs, fraction }: {
    /** In a row, from 1. */
    readonly failures: number;
    /** What is left of the token that is there; 0 or less where it has expired or there is none. */
    readonly leftMs: number;
    readonly fraction: number;
  },
): number {
  if (leftMs <= urgentMs) return minute + fraction * retryJitterMs;
  const delay = Math.min(minute * 2 ** Math.min(failures - 1, 10), longestRetryMs);
  return delay * (0.5 + fraction);
}

/**
 * Flash wears out: a new token is stored only where it ends later than the stored one by a tenth of its life. One for an hour is
 * stored each time, one for a year every five weeks.
 */
export function isWorthStoring(
  { storedUntil, times: { issuedAt, expiresAt } }: {
    /** When the stored one ends; null: none is stored. */
    readonly storedUntil: Instant | null;
    readonly times: TokenTimes;
  },
): boolean {
  if (storedUntil === null || issuedAt === null) return true;
  return expiresAt - storedUntil > (expiresAt - issuedAt) / 10;
}
