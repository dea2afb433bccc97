/** The pods' memories in a store that may not be able to write for a while: they are written when it can. */
import type { PodMemory } from "../core/pod/memory.ts";
import type { MemoryStore } from "../ports/memory_store.ts";
import type { LazyWrites } from "./lazy_writes.ts";

/** Saving waits until that is on the disk, or the disk cannot take it: pods are not held up. Only `load` rejects. */
export function keptMemories(store: MemoryStore, writes: LazyWrites): MemoryStore {
  /** What the disk did not take, the newest of each pod; null: it is to go. */
  const owed = new Map<string, PodMemory | null>();

  async function write(uid: string, memory: PodMemory | null): Promise<void> {
    if (owed.has(uid)) return later(uid, memory);
    try {
      await done(uid, memory);
    } catch {
      later(uid, memory);
    }
  }

  function later(uid: string, memory: PodMemory | null): void {
    owed.set(uid, memory);
    writes.put(`memory ${uid}`, async () => {
      await done(uid, memory);
      if (owed.get(uid) === memory) owed.delete(uid);
    });
  }

  function done(uid: string, memory: PodMemory | null): Promise<void> {
    return memory === null ? store.remove(uid) : store.save(uid, memory);
  }

  return {
    load: () => store.load(),
    save: (uid, memory) => write(uid, memory),
    remove: (uid) => write(uid, null),
  };
}
