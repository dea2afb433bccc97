/** Writes the few types of ASN.1 that certificates and their requests are made of. @see X.690, Distinguished Encoding Rules */
import { concat } from "../bytes.ts";

/** One value with its tag and length. */
export type Der = Uint8Array;

function tagged(tag: number, content: Uint8Array): Der {
  return concat([Uint8Array.from([tag, ...lengthOf(content.length)]), content]);
}

/** Up to 127 in one byte; above, the count of the bytes that follow comes first. */
function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes = bigEndian(BigInt(length));
  return [0x80 | bytes.length, ...bytes];
}

/** Without leading zeros; nothing for 0. */
function bigEndian(value: bigint): readonly number[] {
  return value === 0n ? [] : [...bigEndian(value >> 8n), Number(value & 0xffn)];
}

export function sequence(...parts: readonly Der[]): Der {
  return tagged(0x30, concat(parts));
}

/** With one member: several would have to be sorted. */
export function setOf(member: Der): Der {
  return tagged(0x31, member);
}

/** 0 or more: a zero byte keeps the highest bit from being read as a sign. */
export function integer(value: bigint): Der {
  const bytes = bigEndian(value);
  return tagged(0x02, Uint8Array.from((bytes[0] ?? 0x80) & 0x80 ? [0, ...bytes] : bytes));
}

export function boolean(value: boolean): Der {
  return tagged(0x01, Uint8Array.of(value ? 0xff : 0));
}

/** Such as `2.5.29.17`. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Uint8Array.from([40 * first + second, ...rest.flatMap(base128)]));
}

/** Seven bits a byte; all but the last have the highest bit set. */
function base128(value: number): readonly number[] {
  const head = (rest: number): readonly number[] =>
    rest === 0 ? [] : [...head(Math.floor(rest / 128)), 0x80 | (rest % 128)];
  return [...head(Math.floor(value / 128)), value % 128];
}

/** Whole bytes, or with the last `unused` bits of no meaning. */
export function bitString(bytes: Uint8Array, { unused = 0 } = {}): Der {
  return tagged(0x03, concat([Uint8Array.of(unused), bytes]));
}

export function octetString(bytes: Uint8Array): Der {
  return tagged(0x04, bytes);
}

/** A PrintableString where the characters allow it, else a UTF8String, as Go's encoder chooses. */
export function text(value: string): Der {
  const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return tagged(printable ? 0x13 : 0x0c, new TextEncoder().encode(value));
}

/** Whole seconds; two digits for the year to 2049 and four after, as certificates demand. */
export function time(at: number): Der {
  const digits = new Date(at).toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "");
  const short = at < Date.UTC(2050, 0);
  return tagged(short ? 0x17 : 0x18, new TextEncoder().encode(short ? digits.slice(2) : digits));
}

/** What stands in the place of another tag: `[number]`. */
export function implicit(
  number: number,
  content: Uint8Array,
  { constructed = false } = {},
): Der {
  return tagged(0x80 | (constructed ? 0x20 : 0) | number, content);
}
