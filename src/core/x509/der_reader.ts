/** Reads ASN.1 in its distinguished encoding, as far as certificates need it. @see X.690, Distinguished Encoding Rules */

export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The values that stand one after another in these bytes. Throws RangeError where they do not fill them exactly. */
export function derValues(bytes: Uint8Array): readonly DerValue[] {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { start, end } = extent(bytes, at);
    values.push({ tag: byteAt(bytes, at), content: bytes.subarray(start, end) });
    at = end;
  }
  return values;
}

/** What stands inside of the one value with this tag that these bytes are. */
export function inside(bytes: Uint8Array, tag: number): readonly DerValue[] {
  const [value, ...more] = derValues(bytes);
  if (value === undefined || more.length > 0) throw new RangeError("not one value");
  return members(value, tag);
}

/** What stands inside of a value, which must have this tag. */
export function members(value: DerValue, tag: number): readonly DerValue[] {
  if (value.tag !== tag) throw new RangeError("a value of another type");
  return derValues(value.content);
}

/** Where the content of the value at `at` lies. */
function extent(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const first = byteAt(bytes, at + 1);
  const more = first < 0x80 ? 0 : first - 0x80;
  if (more > 4) throw new RangeError("a value that is too long");
  const start = at + 2 + more;
  let length = first < 0x80 ? first : 0;
  for (let i = at + 2; i < start; i++) length = length * 0x100 + byteAt(bytes, i);
  if (start + length > bytes.length) throw new RangeError("a value that is cut off");
  return { start, end: start + length };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError("a value that is cut off");
  return byte;
}
