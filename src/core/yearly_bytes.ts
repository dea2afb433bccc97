/** What the local store writes in a year, if it goes on as it has. */
import { type Instant, minute } from "./instant.ts";

const year = 365 * 24 * 60 * minute;
/** What a start writes would be a great deal a year. */
const leastMs = 10 * minute;

/** Null: it is too early to tell. */
export function yearlyBytes(
  { bytes, startedAt, now }: {
    readonly bytes: number;
    readonly startedAt: Instant;
    readonly now: Instant;
  },
): number | null {
  const up = now - startedAt;
  return up < leastMs ? null : bytes * year / up;
}
