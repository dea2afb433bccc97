/** Whether two values say the same in JSON. */
import { isPlainMap } from "./plain_map.ts";

/** The order of keys does not matter, and what is null or undefined is as good as not there. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => isSameJson(item, other[at]));
  }
  if (isPlainMap(one) && isPlainMap(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => isSameJson(one[key], other[key]));
  }
  return (one ?? null) === (other ?? null);
}
