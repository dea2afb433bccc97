/** The header Range, as far as it asks for one piece. @see RFC 9110, 14.2 */

/** From the first byte up to the one that is not in it any more. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Undefined: the whole, as also for several pieces at once; null: no byte of it is there. */
export function parseRange(header: string | null, size: number): ByteRange | undefined | null {
  if (header === null || header === "" || header.includes(",")) return undefined;
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/.exec(header);
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return null;
  if (first === "") return { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  const end = last === "" ? size : Math.min(size, Number(last) + 1);
  if (start >= size) return size === 0 ? undefined : null;
  return start < end ? { start, end } : null;
}
