/** How long the API server has been out of reach lately: by that a link is told to be rare. */
import { type Instant, minute } from "../instant.ts";
import { isPlainMap } from "../plain_map.ts";

export interface OutageHistory {
  /** Null while it answers. */
  readonly awaySince: Instant | null;
  /** The longest outage that is not forgotten yet. */
  readonly longest: Outage | null;
}

export interface Outage {
  readonly ms: number;
  readonly endedAt: Instant;
}

export const noOutages: OutageHistory = { awaySince: null, longest: null };

/** One that is shorter says nothing of the link, and is not worth a write. */
export const leastOutageMs = 10 * minute;

/** For so long an outage that was longer than those since is remembered: a season at a site. */
const rememberedMs = 90 * 24 * 60 * minute;

export function afterLoss(history: OutageHistory, now: Instant): OutageHistory {
  return history.awaySince === null ? { ...history, awaySince: now } : history;
}

/** What a clock that was set makes of it is taken as it is: a certificate that is replaced too early does no harm. */
export function afterAnswer({ awaySince, longest }: OutageHistory, now: Instant): OutageHistory {
  if (awaySince === null) return { awaySince, longest };
  const last = { ms: now - awaySince, endedAt: now };
  const isNews = last.ms >= leastOutageMs &&
    (longest === null || last.ms >= longest.ms || now - longest.endedAt > rememberedMs);
  return { awaySince: null, longest: isNews ? last : longest };
}

/** Outages of so much of a certificate's life may cost it: at 90 % of its life half as much again is left. */
const rareShare = 1 / 20;

/** Whether outages are so long that a certificate of this life should be replaced earlier than elsewhere. */
export function isLinkRare(
  { awaySince, longest }: OutageHistory,
  { lifeMs, now }: { readonly lifeMs: number; readonly now: Instant },
): boolean {
  const isLong = (ms: number): boolean => ms >= Math.max(lifeMs * rareShare, leastOutageMs);
  if (awaySince !== null && isLong(now - awaySince)) return true;
  return longest !== null && now - longest.endedAt <= rememberedMs && isLong(longest.ms);
}

export function outageText({ awaySince, longest }: OutageHistory): string {
  return JSON.stringify({ awaySince, longest });
}

/** None for what is no history. */
export function parseOutages(text: string): OutageHistory {
  const value = parsed(text);
  if (!isPlainMap(value)) return noOutages;
  const { awaySince, longest } = value;
  return {
    awaySince: typeof awaySince === "number" ? awaySince : null,
    longest: isOutage(longest) ? longest : null,
  };
}

function isOutage(value: unknown): value is Outage {
  return isPlainMap(value) && typeof value["ms"] === "number" &&
    typeof value["endedAt"] === "number";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
