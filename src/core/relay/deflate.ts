/**
 * Deflate with a preset dictionary, as zlib has it: what messages have in common costs a few bits.
 * The runtime's own zlib takes no dictionary, so the fixed code of RFC 1951 is written here; it suits small messages as well as any.
 * @see https://www.rfc-editor.org/rfc/rfc1951
 */
import { inflateRawSync } from "node:zlib";
import { concat } from "../bytes.ts";

const minMatch = 3;
const maxMatch = 258;
const maxDistance = 32_768;
/** Earlier places with the same beginning that are compared: more would hardly find longer ones. */
const maxTries = 64;
const endOfBlock = 256;

const lengthBases = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59]
  .concat([67, 83, 99, 115, 131, 163, 195, 227, 258]);
const distanceBases = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513]
  .concat([769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577]);

interface Match {
  readonly length: number;
  readonly distance: number;
}

/** One block of the fixed code; the dictionary has at most 32,768 bytes. */
export function deflateFixed(data: Uint8Array, dictionary: Uint8Array): Uint8Array {
  const all = concat([dictionary, data]);
  const find = matchFinder(all, dictionary.length);
  const bits = bitWriter();
  bits.write(0b011, 3);
  for (let at = dictionary.length; at < all.length;) {
    const match = find(at);
    const isBetterNext = match !== null && (find(at + 1)?.length ?? 0) > match.length;
    if (match === null || isBetterNext) writeSymbol(bits, all[at++] ?? 0);
    else {
      writeMatch(bits, match);
      at += match.length;
    }
  }
  writeSymbol(bits, endOfBlock);
  return bits.bytes();
}

/** Reads any deflated data that was made with the dictionary or without. Throws where it is none, or larger than `maxBytes`. */
export function inflate(
  data: Uint8Array,
  { dictionary, maxBytes }: { readonly dictionary: Uint8Array; readonly maxBytes: number },
): Uint8Array {
  const whole = concat([storedBlock(dictionary), data]);
  const maxOutputLength = dictionary.length + maxBytes;
  return inflateRawSync(whole, { maxOutputLength }).subarray(dictionary.length);
}

/** What stands as it is, and is followed by more: so the dictionary is what was said before the message. */
function storedBlock(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const sizes = [length, ~length].flatMap((size) => [size & 0xff, size >> 8 & 0xff]);
  return concat([Uint8Array.from([0, ...sizes]), bytes]);
}

/** The longest match with what stands before a place; to be asked for places in order. */
function matchFinder(all: Uint8Array, dictionaryLength: number): (at: number) => Match | null {
  const places = new Map<number, number[]>();
  let known = 0;

  function learnUpTo(end: number): void {
    for (; known < end && known + minMatch <= all.length; known++) {
      const key = keyAt(all, known);
      const earlier = places.get(key);
      if (earlier === undefined) places.set(key, [known]);
      else earlier.push(known);
    }
  }

  learnUpTo(dictionaryLength);
  return (at) => {
    learnUpTo(at);
    if (at + minMatch > all.length) return null;
    let best: Match | null = null;
    for (const place of (places.get(keyAt(all, at)) ?? []).slice(-maxTries).reverse()) {
      const distance = at - place;
      if (distance > maxDistance) break;
      const length = distance > 0 ? commonLength(all, place, at) : 0;
      if (length > (best?.length ?? minMatch - 1)) best = { length, distance };
    }
    return best;
  };
}

function keyAt(all: Uint8Array, at: number): number {
  return (all[at] ?? 0) << 16 | (all[at + 1] ?? 0) << 8 | (all[at + 2] ?? 0);
}

function commonLength(all: Uint8Array, one: number, other: number): number {
  let length = 0;
  while (
    length < maxMatch && other + length < all.length && all[one + length] === all[other + length]
  ) {
    length++;
  }
  return length;
}

interface BitWriter {
  /** The lowest bit first, as deflate has all numbers but its codes. */
  write(value: number, count: number): void;
  bytes(): Uint8Array;
}

function bitWriter(): BitWriter {
  const bytes: number[] = [];
  let used = 8;
  return {
    write(value, count) {
      for (let bit = 0; bit < count; bit++) {
        if (used === 8) {
          bytes.push(0);
          used = 0;
        }
        bytes[bytes.length - 1]! |= (value >> bit & 1) << used++;
      }
    },
    bytes: () => Uint8Array.from(bytes),
  };
}

/** Codes stand with their highest bit first. */
function writeCode(bits: BitWriter, code: number, count: number): void {
  for (let bit = count - 1; bit >= 0; bit--) bits.write(code >> bit & 1, 1);
}

/** RFC 1951, 3.2.6. */
function writeSymbol(bits: BitWriter, symbol: number): void {
  if (symbol < 144) writeCode(bits, 0x30 + symbol, 8);
  else if (symbol < 256) writeCode(bits, 0x190 + symbol - 144, 9);
  else if (symbol < 280) writeCode(bits, symbol - 256, 7);
  else writeCode(bits, 0xc0 + symbol - 280, 8);
}

function writeMatch(bits: BitWriter, { length, distance }: Match): void {
  const lengthCode = lengthBases.findLastIndex((base) => base <= length);
  writeSymbol(bits, 257 + lengthCode);
  bits.write(length - lengthBases[lengthCode]!, extraBits(lengthCode, { perStep: 4, last: 28 }));
  const distanceCode = distanceBases.findLastIndex((base) => base <= distance);
  writeCode(bits, distanceCode, 5);
  bits.write(distance - distanceBases[distanceCode]!, extraBits(distanceCode, { perStep: 2 }));
}

/** The codes grow by one bit with each step; the very longest length has none. */
function extraBits(
  code: number,
  { perStep, last }: { readonly perStep: number; readonly last?: number },
): number {
  return code === last ? 0 : Math.max(0, Math.floor(code / perStep) - 1);
}
