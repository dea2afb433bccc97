/** Maps as JSON and YAML have them. */

export type PlainMap = Readonly<Record<string, unknown>>;

/** Whether a value as JSON or YAML gives it is a map, and not a list. */
export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
