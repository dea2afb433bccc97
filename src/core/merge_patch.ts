/** JSON merge patches: what differs between two values. @see https://www.rfc-editor.org/rfc/rfc7386 */
import { isPlainMap, type PlainMap } from "./plain_map.ts";
import { isSameJson } from "./same_json.ts";

/** What makes `is` of `was`; null, on every level, for what is not there any more. */
export function mergePatchOf(
  { was, is }: { readonly was: unknown; readonly is: unknown },
): unknown {
  if (!isPlainMap(was) || !isPlainMap(is)) return is ?? null;
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = keys.filter((key) => !isSameJson(was[key], is[key]));
  return Object.fromEntries(
    changed.map((key) => [key, mergePatchOf({ was: was[key], is: is[key] })]),
  );
}

/** The value with a patch applied. */
export function withMergePatch(was: PlainMap, patch: PlainMap): PlainMap {
  const changed = Object.entries(patch).map(([key, value]): [string, unknown] => {
    const before = was[key];
    if (!isPlainMap(value)) return [key, value];
    return [key, withMergePatch(isPlainMap(before) ? before : {}, value)];
  });
  const all = Object.entries({ ...was, ...Object.fromEntries(changed) });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** The patch that does what one and then the other does. */
export function joinedPatches(first: PlainMap, second: PlainMap): PlainMap {
  const joined = Object.entries(second).map(([key, value]): [string, unknown] => {
    const before = first[key];
    return [key, isPlainMap(before) && isPlainMap(value) ? joinedPatches(before, value) : value];
  });
  return { ...first, ...Object.fromEntries(joined) };
}
