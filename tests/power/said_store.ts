/** A store that says what it is asked to keep, and when it has answered: what it has acknowledged must outlive a power cut. */
import type { JournalChange } from "../../src/ports/journal.ts";
import type { Store } from "../../src/ports/store.ts";
import {
  objectKey,
  recordKey,
  type Stored,
  storedFact,
  storedJournal,
  storedMemory,
  storedObject,
  storedToken,
  tokenPrefix,
} from "./stored.ts";

/** One thing changes, or all things are gone whose keys lie between these two, in the order of letters. */
export type Change = Stored | { readonly removed: { readonly from: string; readonly to: string } };

/** A call is said before it is made, and said to be done before its caller hears of it. */
export type Saying =
  | { readonly kind: "Asked"; readonly call: number; readonly changes: readonly Change[] }
  | { readonly kind: "Done"; readonly call: number }
  | { readonly kind: "Failed"; readonly call: number };

export interface SaidStore extends Store {
  /** Calls that were not answered yet. */
  underWay(): number;
}

export function saidStore(store: Store, say: (saying: Saying) => void): SaidStore {
  const { memories, objects, tokens, facts, journal } = store;
  let calls = 0;
  let underWay = 0;

  async function saidAll<T>(changes: readonly Change[], work: () => Promise<T>): Promise<T> {
    const call = ++calls;
    say({ kind: "Asked", call, changes });
    underWay++;
    try {
      const answer = await work();
      say({ kind: "Done", call });
      return answer;
    } catch (error) {
      say({ kind: "Failed", call });
      throw error;
    } finally {
      underWay--;
    }
  }

  const said = (change: Change, work: () => Promise<void>) => saidAll([change], work);

  return {
    ...store,
    underWay: () => underWay,
    memories: {
      ...memories,
      load: () => memories.load(),
      save: (uid, memory) => said(storedMemory(uid, memory), () => memories.save(uid, memory)),
      remove: (uid) => said(storedMemory(uid, null), () => memories.remove(uid)),
    },
    objects: {
      ...objects,
      save: (resource, object) =>
        said(storedObject(resource, object), () => objects.save(resource, object)),
      remove: (name) => said({ key: objectKey(name), value: null }, () => objects.remove(name)),
    },
    tokens: {
      ...tokens,
      save: (token) => said(storedToken(token), () => tokens.save(token)),
      remove: (podUid) =>
        said(
          { removed: { from: tokenPrefix(podUid), to: `${tokenPrefix(podUid)}\uffff` } },
          () => tokens.remove(podUid),
        ),
    },
    journal: {
      ...journal,
      write: (change) => saidAll(journalChanges(change), () => journal.write(change)),
    },
    facts: {
      ...facts,
      save: (name, value) => said(storedFact(name, value), () => facts.save(name, value)),
    },
  };
}

function journalChanges(change: JournalChange): readonly Change[] {
  const { removedUpTo } = change;
  const left = storedJournal(change);
  if (removedUpTo === undefined) return left;
  return [{ removed: { from: recordKey(0), to: recordKey(removedUpTo) } }, ...left];
}
