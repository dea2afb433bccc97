/** JSON with its long hexadecimal numbers as the bytes that they stand for: container IDs and UIDs are most of a small message. */

import { concat } from "../bytes.ts";

/** What JSON never has outside of strings, and escapes inside of them. */
const hexMark = 0x01;
const uuidMark = 0x02;

/** Numbers that are shorter gain nothing. The mark is followed by how many bytes come. */
const found =
  /([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})|(?:[0-9a-f]{2}){8,127}/g;

export function compactText(text: string): Uint8Array {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const match of text.matchAll(found)) {
    const [all, ...uuid] = match;
    pieces.push(encoder.encode(text.slice(at, match.index)), numberBytes(all, uuid));
    at = match.index + all.length;
  }
  return concat([...pieces, encoder.encode(text.slice(at))]);
}

function numberBytes(hex: string, uuid: readonly (string | undefined)[]): Uint8Array {
  if (uuid[0] !== undefined) {
    return concat([Uint8Array.of(uuidMark), Uint8Array.fromHex(uuid.join(""))]);
  }
  return concat([Uint8Array.of(hexMark, hex.length / 2), Uint8Array.fromHex(hex)]);
}

/** Throws RangeError for what ends in the middle of a number, TypeError for what is no UTF-8. */
export function plainText(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const mark = bytes[at];
    if (mark !== hexMark && mark !== uuidMark) continue;
    const start = mark === uuidMark ? at + 1 : at + 2;
    const end = start + (mark === uuidMark ? 16 : bytes[at + 1] ?? 0);
    if (end > bytes.length) throw new RangeError("a number that is cut off");
    pieces.push(decoder.decode(bytes.subarray(from, at)));
    const hex = bytes.subarray(start, end).toHex();
    pieces.push(mark === uuidMark ? uuidText(hex) : hex);
    from = end;
    at = end - 1;
  }
  return [...pieces, decoder.decode(bytes.subarray(from))].join("");
}

function uuidText(hex: string): string {
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]]
    .map(([from, to]) => hex.slice(from, to)).join("-");
}
