/** Which messages come after those that were seen before: what is recorded and sent once more is old. */
import type { MessageNumber } from "./envelope.ts";
import type { Presence } from "./messages.ts";

/** Where a presence stands among those of its node. */
export type PresencePlace = MessageNumber & Pick<Presence, "connection" | "state">;

/**
 * A will is signed before all that is said over its connection, and counts after it. What was seen already is not later; of a retained
 * presence that comes once more a bridge learns nothing.
 */
export function isLaterPresence(
  next: PresencePlace,
  { than }: { readonly than: PresencePlace | null },
): boolean {
  return than === null || compare(presenceKey(next), presenceKey(than)) > 0;
}

/**
 * - `Next`: it comes after all that were seen.
 * - `Same`: the one that was seen last: it is acknowledged once more.
 * - `Old`: replayed, or reordered.
 */
export function placeAfter(
  next: MessageNumber,
  { last }: { readonly last: MessageNumber | null },
): "Next" | "Same" | "Old" {
  const order = last === null ? 1 : compare(numberKey(next), numberKey(last));
  if (order === 0) return "Same";
  return order > 0 ? "Next" : "Old";
}

function presenceKey(
  { session, connection, state, counter }: PresencePlace,
): readonly number[] {
  return [session, connection, state === "Gone" ? 1 : 0, counter];
}

function numberKey({ session, counter }: MessageNumber): readonly number[] {
  return [session, counter];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
