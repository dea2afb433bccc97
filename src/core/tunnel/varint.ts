/**
 * Signed whole numbers of 64 bits in as few bytes as they need, as Go's encoding/binary has them: zig-zag, then seven bits a
 * byte, the lowest first, the top bit set on all but the last.
 * @see https://pkg.go.dev/encoding/binary#PutVarint
 */

/** Bytes of the longest one. */
export const longestVarint = 10;

export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** The number at `at`, and where what follows it begins; null where there is none, or one of more than 64 bits. */
export function readVarint(
  bytes: Uint8Array,
  at: number,
): { readonly value: bigint; readonly end: number } | null {
  let zigzag = 0n;
  for (let index = 0; index < longestVarint; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    zigzag |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return zigzag >> 64n ? null : { value: signed(zigzag), end: at + index + 1 };
  }
  return null;
}

function signed(zigzag: bigint): bigint {
  return (zigzag >> 1n) ^ -(zigzag & 1n);
}
