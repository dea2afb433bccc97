/** What is known of a list: its objects, and how new that knowledge is. */
import type { KubeObject } from "./resource.ts";

/** One line of a watch. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

export interface KnownList<T> {
  /** By `namespace/name`. */
  readonly items: ReadonlyMap<string, T>;
  /** What a watch starts from; "" before the first list. */
  readonly version: string;
  /** The newest version that was ever seen. */
  readonly newest: bigint;
  /**
   * Those of the items that are not in the last list because the server had older data than we have seen. Until it has come
   * as far as we have, that is no proof that they were deleted.
   */
  readonly unconfirmed: ReadonlySet<string>;
}

export function nothingKnown<T>(): KnownList<T> {
  return { items: new Map(), version: "", newest: 0n, unconfirmed: new Set() };
}

/** What an earlier agent knew: its objects, and the newest version that it saw. */
export function knownEarlier<T extends KubeObject>(
  { items, resourceVersion: version }: {
    readonly items: readonly T[];
    readonly resourceVersion: string;
  },
): KnownList<T> {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  return { items: byKey, version, newest: versionNumber(version), unconfirmed: new Set() };
}

/** After a list. Objects that did not change are the same ones as before. */
export function afterList<T extends KubeObject>(
  known: KnownList<T>,
  list: { readonly items: readonly T[]; readonly resourceVersion: string },
): KnownList<T> {
  const items = new Map(list.items.map((item) => {
    const before = known.items.get(keyOf(item));
    return [keyOf(item), before !== undefined && isSame(before, item) ? before : item] as const;
  }));
  const version = versionNumber(list.resourceVersion);
  const missing = version < known.newest ? [...known.items].filter(([key]) => !items.has(key)) : [];
  for (const [key, item] of missing) items.set(key, item);
  return {
    items,
    version: list.resourceVersion,
    newest: version > known.newest ? version : known.newest,
    unconfirmed: new Set(missing.map(([key]) => key)),
  };
}

/** After lines of a watch, in their order. */
export function afterEvents<T extends KubeObject>(
  known: KnownList<T>,
  events: readonly WatchEvent<T>[],
): KnownList<T> {
  const items = new Map(known.items);
  const unconfirmed = new Set(known.unconfirmed);
  let { version } = known;
  for (const { type, object } of events) {
    version = object.metadata?.resourceVersion ?? version;
    if (type === "BOOKMARK") continue;
    unconfirmed.delete(keyOf(object));
    if (type === "DELETED") items.delete(keyOf(object));
    else items.set(keyOf(object), object);
  }
  const changed = events.some(({ type }) => type !== "BOOKMARK");
  return caughtUp({ ...known, ...(changed && { items, unconfirmed }), version });
}

/** Once the server is as far as we have been, what it does not know is gone. */
function caughtUp<T>(known: KnownList<T>): KnownList<T> {
  const version = versionNumber(known.version);
  if (version < known.newest) return known;
  if (known.unconfirmed.size === 0) return { ...known, newest: version };
  const items = new Map([...known.items].filter(([key]) => !known.unconfirmed.has(key)));
  return { ...known, items, newest: version, unconfirmed: new Set() };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  return a.metadata?.uid === b.metadata?.uid &&
    a.metadata?.resourceVersion === b.metadata?.resourceVersion;
}

/** A resourceVersion as a number; 0 for what is none: then nothing is known of which is newer. */
export function versionNumber(version: string): bigint {
  return /^\d+$/.test(version) ? BigInt(version) : 0n;
}
