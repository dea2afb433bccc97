/** The memory store's suite against SQLite, and what only a real disk can show. Needs root. */
import assert from "node:assert/strict";
import { linuxFiles } from "../../../src/adapters/linux/files.ts";
import { openMemoryStore } from "../../../src/adapters/sqlite/memory_store.ts";
import { newMemory, rememberFailure } from "../../../src/core/pod/memory.ts";
import { Unavailable } from "../../../src/ports/errors.ts";
import type { MemoryStore } from "../../../src/ports/memory_store.ts";
import { fakeLog } from "../../fakes/log.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { memoryStoreSuite } from "../memory_store_suite.ts";

function openAt(path: string): MemoryStore {
  return openMemoryStore({ path, log: fakeLog(), now: 0 });
}

memoryStoreSuite("SQLite memory store", () => {
  const folder = temporaryFolder();
  return {
    open: () => openAt(`${folder.path}/skerry.db`),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
});

Deno.test("a full disk gives Unavailable, and what was saved before is kept", async () => {
  const dir = await Deno.makeTempDir({ prefix: "skerry-store-" });
  const files = linuxFiles();
  await files.apply([{ kind: "MountTmpfs", path: dir, sizeBytes: 256 * 1024, mode: 0o700 }]);
  const store = openAt(`${dir}/skerry.db`);
  await store.save("kept", newMemory(1));
  const large = rememberFailure(newMemory(2), "main", {
    reason: "ErrImagePull",
    message: "x".repeat(1 << 20),
    at: 0,
    delayMs: 0,
  });
  await assert.rejects(store.save("large", large), Unavailable);
  assert.deepEqual([...(await store.load()).keys()], ["kept"]);
  await store.save("later", newMemory(3));
  await store.close();
  const again = openAt(`${dir}/skerry.db`);
  assert.deepEqual([...(await again.load()).keys()].toSorted(), ["kept", "later"]);
  await again.close();
  await files.removeTree(dir);
});

Deno.test("a disk that is full at the start costs the memory, and the store on it is left alone", async () => {
  const dir = await Deno.makeTempDir({ prefix: "skerry-store-" });
  const files = linuxFiles();
  await files.apply([{ kind: "MountTmpfs", path: dir, sizeBytes: 256 * 1024, mode: 0o700 }]);
  const path = `${dir}/skerry.db`;
  const first = openAt(path);
  await first.save("kept", newMemory(1));
  await first.close();
  await assert.rejects(Deno.writeFile(`${dir}/filler`, new Uint8Array(1 << 20)));
  const log = fakeLog();
  const store = openMemoryStore({ path, log, now: 0 });
  await store.save("new", newMemory(2));
  await store.close();
  assert.equal(log.messages("error").length, 1);
  await Deno.remove(`${dir}/filler`);
  const again = openAt(path);
  assert.deepEqual([...(await again.load()).keys()], ["kept"]);
  await again.close();
  await files.removeTree(dir);
});
