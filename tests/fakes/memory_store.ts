/** A memory store in memory, which can be told to fail. */
import type { PodMemory } from "../../src/core/pod/memory.ts";
import { Failed, Unavailable } from "../../src/ports/errors.ts";
import type { MemoryStore } from "../../src/ports/memory_store.ts";

/** Keeps memories as JSON text, so that what cannot be stored shows. */
export class FakeMemoryStore implements MemoryStore {
  readonly kept = new Map<string, string>();
  /** Set to make every write fail, as on a full disk. */
  full = false;
  /** Set to make it impossible to read, as with a damaged file. */
  unreadable = false;
  /** How many writes were done. */
  writes = 0;

  load(): Promise<ReadonlyMap<string, PodMemory>> {
    if (this.unreadable) return Promise.reject(new Failed("store: file is not a database"));
    return Promise.resolve(new Map([...this.kept].map(([uid, text]) => [uid, JSON.parse(text)])));
  }

  save(uid: string, memory: PodMemory): Promise<void> {
    return this.#write(() => void this.kept.set(uid, JSON.stringify(memory)));
  }

  remove(uid: string): Promise<void> {
    return this.#write(() => void this.kept.delete(uid));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #write(change: () => void): Promise<void> {
    if (this.full) return Promise.reject(new Unavailable("store: database or disk is full"));
    this.writes += 1;
    change();
    return Promise.resolve();
  }
}
