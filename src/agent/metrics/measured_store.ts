/** The store with a count on every write: writes are what wears flash out. */
import type { ProcessMetrics } from "../../core/metrics/process_metrics.ts";
import type { MemoryStore } from "../../ports/memory_store.ts";

export function measuredStore(store: MemoryStore, metrics: ProcessMetrics): MemoryStore {
  const counted = async (operation: string, write: Promise<void>): Promise<void> => {
    metrics.storeWrites.inc({ operation });
    try {
      await write;
    } catch (err) {
      metrics.storeErrors.inc({ operation });
      throw err;
    }
  };
  return {
    load: () => store.load(),
    save: (uid, memory) => counted("save", store.save(uid, memory)),
    remove: (uid) => counted("remove", store.remove(uid)),
    close: () => store.close(),
  };
}
