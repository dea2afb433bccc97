/** JSON that is the same text for the same value, whatever the order of its keys: what content hashes are made of. */
import { isPlainMap, type PlainMap } from "./plain_map.ts";

/** Values as JSON reads them; fields that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) => isPlainMap(part) ? sortedByKey(part) : part,
  );
}

function sortedByKey(value: PlainMap): Record<string, unknown> {
  const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    a < b ? -1 : 1;
  return Object.fromEntries(Object.entries(value).sort(byKey));
}
