/** The body of a message: JSON, packed as small as it gets. @see docs/relay-protocol.md */
import { deflateRawSync } from "node:zlib";
import { failure, type Result, success } from "../result.ts";
import { compactText, plainText } from "./compact_text.ts";
import { deflateFixed, inflate } from "./deflate.ts";
import { relayDictionary } from "./dictionary.ts";

/** From here on a code that is made for the message is smaller than one that knows the dictionary. */
const smallBytes = 8_192;

const dictionary = new TextEncoder().encode(relayDictionary);

export function packBody(value: unknown): Uint8Array {
  const text = compactText(JSON.stringify(value));
  const plain = deflateRawSync(text, { level: 9 });
  if (text.length > smallBytes) return plain;
  const known = deflateFixed(text, dictionary);
  return known.length < plain.length ? known : plain;
}

/** `maxBytes` of the unpacked JSON: what is packed small may be large. */
export function unpackBody(
  body: Uint8Array,
  { maxBytes }: { readonly maxBytes: number },
): Result<unknown, "Malformed"> {
  try {
    return success(JSON.parse(plainText(inflate(body, { dictionary, maxBytes }))));
  } catch {
    return failure("Malformed");
  }
}
