/** The difference between two statuses of an object as the journal keeps it: small, and put together again without loss. */
import { mergePatchOf, withMergePatch } from "../merge_patch.ts";
import { isPlainMap, type PlainMap } from "../plain_map.ts";

/** By what the items of these lists are told apart: in the journal such a list is a map. */
const listKeys: Readonly<Record<string, string>> = {
  conditions: "type",
  initContainerStatuses: "name",
  containerStatuses: "name",
  ephemeralContainerStatuses: "name",
};

/** A merge patch of the status with its lists as maps; null where nothing has changed. */
export function changesOf(
  { before, after }: { readonly before: PlainMap; readonly after: PlainMap },
): PlainMap | null {
  const patch = mergePatchOf({ was: keyed(before), is: keyed(after) });
  return isPlainMap(patch) && Object.keys(patch).length > 0 ? patch : null;
}

/** Changes that are applied once more, or late beside newer ones, do no harm. */
export function withChanges(before: PlainMap, changes: PlainMap): PlainMap {
  return listed(withMergePatch(keyed(before), changes));
}

function keyed(status: PlainMap): PlainMap {
  return mapped(status, (key, value) => Array.isArray(value) ? byKey(key, value) : value);
}

function byKey(key: string, items: readonly unknown[]): PlainMap {
  return Object.fromEntries(
    items.filter(isPlainMap).map((item) => [String(item[key]), item]),
  );
}

function listed(status: PlainMap): PlainMap {
  return mapped(status, (_key, value) => isPlainMap(value) ? Object.values(value) : value);
}

function mapped(status: PlainMap, make: (key: string, value: unknown) => unknown): PlainMap {
  return Object.fromEntries(
    Object.entries(status).map(([field, value]) => {
      const key = listKeys[field];
      return [field, key === undefined ? value : make(key, value)];
    }),
  );
}
