/** Text as it lies in the store: deflated, for flash wears out by every page that is written. */
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** What JSON of an object begins with: what was stored before texts were packed. */
const brace = 0x7b;
/** What packed text begins with. */
const mark = 0x01;

export function pack(text: string): Uint8Array<ArrayBuffer> {
  const deflated = deflateRawSync(new TextEncoder().encode(text));
  const packed = new Uint8Array(deflated.length + 1);
  packed[0] = mark;
  packed.set(deflated, 1);
  return packed;
}

/** Throws where it is neither packed text nor JSON of an object. */
export function unpack(packed: Uint8Array): string {
  const [first] = packed;
  if (first === brace) return new TextDecoder().decode(packed);
  if (first !== mark) throw new Error("this is not a packed text");
  return new TextDecoder().decode(inflateRawSync(packed.subarray(1)));
}
