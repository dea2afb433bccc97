/** The store with a count on every write: writes are what wears flash out. */
import type { ProcessMetrics } from "../../core/metrics/process_metrics.ts";
import type { Store } from "../../ports/store.ts";

export function measuredStore(store: Store, metrics: ProcessMetrics): Store {
  const counted = async <T>(operation: string, write: Promise<T>): Promise<T> => {
    metrics.storeWrites.inc({ operation });
    try {
      return await write;
    } catch (err) {
      metrics.storeErrors.inc({ operation });
      throw err;
    }
  };
  const { memories, objects, tokens, facts, journal } = store;
  return {
    memories: {
      load: () => memories.load(),
      save: (uid, memory) => counted("save", memories.save(uid, memory)),
      remove: (uid) => counted("remove", memories.remove(uid)),
    },
    objects: {
      load: (resource) => objects.load(resource),
      save: (resource, object) => counted("save", objects.save(resource, object)),
      remove: (name) => counted("remove", objects.remove(name)),
    },
    tokens: {
      load: () => tokens.load(),
      save: (token) => counted("save", tokens.save(token)),
      remove: (podUid) => counted("remove", tokens.remove(podUid)),
    },
    facts: {
      load: () => facts.load(),
      save: (name, value) => counted("save", facts.save(name, value)),
    },
    journal: {
      size: () => journal.size(),
      read: (page) => journal.read(page),
      cursors: () => journal.cursors(),
      states: () => journal.states(),
      write: (change) => counted("journal", journal.write(change)),
    },
    state: () => store.state(),
    recover: () => store.recover(),
    rotateKey: () => store.rotateKey(),
    close: () => store.close(),
  };
}
