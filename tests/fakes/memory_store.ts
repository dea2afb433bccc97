/** A memory store in memory, which can be told to fail. */
import type { PodMemory } from "../../src/core/pod/memory.ts";
import { Failed } from "../../src/ports/errors.ts";
import type { MemoryStore } from "../../src/ports/memory_store.ts";
import type { FakeDisk } from "./disk.ts";

/** Keeps memories as JSON text, so that what cannot be stored shows. */
export class FakeMemoryStore implements MemoryStore {
  readonly kept = new Map<string, string>();
  /** Set to make it impossible to read, as with a damaged file. */
  unreadable = false;
  readonly #disk: FakeDisk;

  constructor(disk: FakeDisk) {
    this.#disk = disk;
  }

  load(): Promise<ReadonlyMap<string, PodMemory>> {
    if (this.unreadable) return Promise.reject(new Failed("store: file is not a database"));
    return Promise.resolve(new Map([...this.kept].map(([uid, text]) => [uid, JSON.parse(text)])));
  }

  save(uid: string, memory: PodMemory): Promise<void> {
    return this.#disk.write(() => void this.kept.set(uid, JSON.stringify(memory)));
  }

  remove(uid: string): Promise<void> {
    return this.#disk.write(() => void this.kept.delete(uid));
  }
}
