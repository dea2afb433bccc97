/** A store that counts the transitions which are written to its journal: what the journal folds later has happened all the same. */
import type { Store } from "../../../src/ports/store.ts";

export interface CountedStore {
  readonly store: Store;
  /** Transitions since it was opened. */
  transitions(): number;
}

export function countedStore(store: Store): CountedStore {
  let count = 0;
  const { journal } = store;
  return {
    transitions: () => count,
    store: {
      ...store,
      journal: {
        size: () => journal.size(),
        read: (page) => journal.read(page),
        cursors: () => journal.cursors(),
        states: () => journal.states(),
        write(change) {
          count += (change.records ?? []).filter(({ entry }) => entry.kind === "Changed").length;
          return journal.write(change);
        },
      },
    },
  };
}
