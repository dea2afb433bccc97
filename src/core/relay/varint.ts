/** Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit set on all but the last. */

/** Bytes of the largest one: 53 bits. */
const longest = 8;

export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push(rest % 0x80 + 0x80);
  return Uint8Array.from([...bytes, rest]);
}

/** The number at `at`, and where what follows it begins; null where there is none, or a larger one than numbers can be. */
export function readVarint(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let index = 0; index < longest; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    value += byte % 0x80 * 0x80 ** index;
    if (byte < 0x80) return Number.isSafeInteger(value) ? { value, end: at + index + 1 } : null;
  }
  return null;
}
