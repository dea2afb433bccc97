/** What every memory store must do. */
import assert from "node:assert/strict";
import { newMemory, type PodMemory, rememberFailure } from "../../src/core/pod/memory.ts";
import type { MemoryStore } from "../../src/ports/memory_store.ts";

/** One store, until it is disposed of. */
export interface MemoryStoreSubject extends Disposable {
  /** Opens it, and opens it again as a new agent would. */
  open(): MemoryStore;
}

export function memoryStoreSuite(name: string, subject: () => MemoryStoreSubject): void {
  const memory: PodMemory = rememberFailure(newMemory(1_000), "main", {
    reason: "ErrImagePull",
    message: 'a "quoted" text\nwith two lines',
    at: 2_000,
    delayMs: 10_000,
  });

  Deno.test(`${name}: what was saved is there after opening again`, async () => {
    using opened = subject();
    const first = opened.open();
    await first.save("uid-1", memory);
    await first.save("uid-2", newMemory(5));
    await first.save("uid-2", newMemory(6));
    await first.close();
    const second = opened.open();
    assert.deepEqual(await second.load(), new Map([["uid-1", memory], ["uid-2", newMemory(6)]]));
    await second.close();
  });

  Deno.test(`${name}: removing twice is as good as once`, async () => {
    using opened = subject();
    const store = opened.open();
    await store.save("uid-1", memory);
    await store.remove("uid-1");
    await store.remove("uid-1");
    assert.equal((await store.load()).size, 0);
    await store.close();
  });
}
