/** The last time that was known: the clock of a board that has lost it does not fall behind. */
import { type Instant } from "./instant.ts";

/** A clock that nobody has set and that shows another time has lost it: the program is as old as the first. */
const likely = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2075, 0, 1) };

/** Whether a clock may be right that nobody has set. */
export function isLikely(at: Instant): boolean {
  return likely.from <= at && at < likely.to;
}

/** Whether a time is to be kept: later starts are never before it. */
export function isWorthKeeping(at: Instant, clock: { readonly isSynchronised: boolean }): boolean {
  return clock.isSynchronised || isLikely(at);
}

/** As it was kept; null for none. */
export function parseKeptTime(text: string | undefined): Instant | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
