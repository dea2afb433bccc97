/** What a store must hold after a power cut, by what it had said before it. */
import type { Change, Saying } from "./said_store.ts";
import type { Stored } from "./stored.ts";

/** What may be found under a key, null for nothing. The first is what was acknowledged last. */
export type Promised = ReadonlyMap<string, readonly (string | null)[]>;

interface Version {
  readonly call: number;
  readonly value: string | null;
}

interface Slot {
  readonly acknowledged: Version;
  /** Asked for since and not answered yet: done or not. */
  readonly open: readonly Version[];
}

const empty: Slot = { acknowledged: { call: 0, value: null }, open: [] };

/** Everything that was acknowledged is there, and nothing else but what was under way. */
export function promised(sayings: readonly Saying[]): Promised {
  const slots = new Map<string, Slot>();
  const changes = new Map<number, readonly Stored[]>();
  for (const saying of sayings) {
    const { call } = saying;
    if (saying.kind === "Asked") changes.set(call, changedBy(saying.changes, [...slots.keys()]));
    for (const { key, value } of changes.get(call) ?? []) {
      slots.set(key, next(slots.get(key) ?? empty, saying.kind, { call, value }));
    }
  }
  return new Map(
    [...slots].map((
      [key, { acknowledged, open }],
    ) => [key, [acknowledged, ...open].map(({ value }) => value)]),
  );
}

/** Of each key the last change counts. */
function changedBy(changes: readonly Change[], keys: readonly string[]): readonly Stored[] {
  const all = changes.flatMap((change) => "key" in change ? [change] : removedBy(change, keys));
  return [...new Map(all.map((stored) => [stored.key, stored])).values()];
}

function removedBy(
  { removed: { from, to } }: Extract<Change, { readonly removed: unknown }>,
  keys: readonly string[],
): readonly Stored[] {
  return keys.filter((key) => from <= key && key <= to).map((key) => ({ key, value: null }));
}

function next({ acknowledged, open }: Slot, kind: Saying["kind"], version: Version): Slot {
  switch (kind) {
    case "Asked":
      return { acknowledged, open: [...open, version] };
    case "Failed":
      return { acknowledged, open: open.filter(({ call }) => call !== version.call) };
    case "Done":
      if (version.call < acknowledged.call) return { acknowledged, open };
      return { acknowledged: version, open: open.filter(({ call }) => call > version.call) };
  }
}

/** The keys of what is missing, is not as it was acknowledged, or must not be there; none where the store has kept its word. */
export function broken(
  promises: Promised,
  finding: ReadonlyMap<string, string>,
): readonly string[] {
  const kept = (key: string): boolean =>
    (promises.get(key) ?? [null]).includes(finding.get(key) ?? null);
  return [...new Set([...promises.keys(), ...finding.keys()])].filter((key) => !kept(key));
}
