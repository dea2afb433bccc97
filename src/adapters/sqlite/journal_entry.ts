/** A journal's entry as it lies in a row: JSON, packed where that is long, so that two rows fit into a page. */
import type { JournalEntry } from "../../core/journal/record.ts";
import { pack, unpack } from "./packed.ts";

/** Shorter ones gain nothing. */
const packedFrom = 300;

export function packedEntry(entry: JournalEntry): string | Uint8Array {
  const text = JSON.stringify(entry);
  return text.length < packedFrom ? text : pack(text);
}

/** Null for what was damaged. */
export function unpackedEntry(value: unknown): JournalEntry | null {
  try {
    return JSON.parse(value instanceof Uint8Array ? unpack(value) : String(value));
  } catch {
    return null;
  }
}

/** Bytes that a packed entry takes up. */
export function packedBytes(entry: string | Uint8Array): number {
  return typeof entry === "string" ? new TextEncoder().encode(entry).length : entry.length;
}
