/** JSON that is the same text for the same value, whatever the order of its keys: what content hashes are made of. */

/** Values as JSON reads them; fields that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) => isPlainObject(part) ? sortedByKey(part) : part,
  );
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortedByKey(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    a < b ? -1 : 1;
  return Object.fromEntries(Object.entries(value).sort(byKey));
}
