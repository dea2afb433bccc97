/** The store's suite against SQLite, and what only a real disk can show. Needs root. */
import assert from "node:assert/strict";
import { linuxFiles } from "../../../src/adapters/linux/files.ts";
import { openStore } from "../../../src/adapters/sqlite/store.ts";
import { newMemory, rememberFailure } from "../../../src/core/pod/memory.ts";
import { Unavailable } from "../../../src/ports/errors.ts";
import type { Log } from "../../../src/ports/log.ts";
import type { Store } from "../../../src/ports/store.ts";
import { fakeLog } from "../../fakes/log.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { run } from "../../lab/run.ts";
import { storeSuite } from "../store_suite.ts";

function openAt(path: string, log: Log = fakeLog()): Promise<Store> {
  const keys = { defaultPath: `${path.slice(0, path.lastIndexOf("/"))}/store.key` };
  return openStore({ path, keys, log, now: () => 0 });
}

storeSuite("SQLite store", () => {
  const folder = temporaryFolder();
  return {
    open: () => openAt(`${folder.path}/skerry.db`),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
});

Deno.test("a full disk gives Unavailable, and what was saved before is kept", async () => {
  await using disk = await smallDisk();
  const dir = disk.path;
  const store = await openAt(`${dir}/skerry.db`);
  await store.memories.save("kept", newMemory(1));
  const large = rememberFailure(newMemory(2), "main", {
    reason: "ErrImagePull",
    message: "x".repeat(1 << 20),
    at: 0,
    delayMs: 0,
  });
  await assert.rejects(store.memories.save("large", large), Unavailable);
  assert.deepEqual([...(await store.memories.load()).keys()], ["kept"]);
  await store.memories.save("later", newMemory(3));
  await store.close();
  const again = await openAt(`${dir}/skerry.db`);
  assert.deepEqual([...(await again.memories.load()).keys()].toSorted(), ["kept", "later"]);
  await again.close();
});

Deno.test("a disk that is full at the start can be read, and the store works again by itself when there is room", async () => {
  await using disk = await smallDisk();
  const path = `${disk.path}/skerry.db`;
  const first = await openAt(path);
  await first.memories.save("kept", newMemory(1));
  await first.close();
  await assert.rejects(Deno.writeFile(`${disk.path}/filler`, new Uint8Array(1 << 20)));
  const log = fakeLog();
  const store = await openAt(path, log);
  assert.deepEqual([...(await store.memories.load()).keys()], ["kept"]);
  for (let n = 0; n < 3; n++) {
    await assert.rejects(store.memories.save("new", newMemory(2)), Unavailable);
    await store.recover();
  }
  assert.equal(store.state().problem?.reason, "DiskFull");
  assert.equal(log.messages("error").length, 1);
  await Deno.remove(`${disk.path}/filler`);
  await store.recover();
  assert.equal(store.state().problem, null);
  await store.memories.save("new", newMemory(2));
  await store.close();
  const again = await openAt(path);
  assert.deepEqual([...(await again.memories.load()).keys()], ["kept", "new"]);
  await again.close();
});

for (const end of ["in order", "killed"] as const) {
  Deno.test(`a read-only disk, left ${end}, can be read, and the store works again by itself when it can be written`, async () => {
    await using disk = await smallDisk();
    const path = `${disk.path}/skerry.db`;
    const first = await openAt(path);
    await first.memories.save("kept", newMemory(1));
    if (end === "in order") await first.close();
    else await copyAsIs(disk.path, first);
    await remount(disk.path, "ro");
    const log = fakeLog();
    const store = await openAt(path, log);
    assert.deepEqual([...(await store.memories.load()).keys()], ["kept"]);
    await assert.rejects(store.memories.save("new", newMemory(2)), Unavailable);
    await store.recover();
    assert.equal(store.state().problem?.reason, "ReadOnly");
    assert.equal(log.messages("error").length, 1);
    await remount(disk.path, "rw");
    await store.recover();
    assert.equal(store.state().problem, null);
    await store.memories.save("new", newMemory(2));
    await store.close();
    const again = await openAt(path);
    assert.deepEqual([...(await again.memories.load()).keys()], ["kept", "new"]);
    await again.close();
  });
}

/** What a kill leaves: the write-ahead log has not been brought over. */
async function copyAsIs(folder: string, store: Store): Promise<void> {
  const names = ["skerry.db", "skerry.db-wal"];
  const contents = names.map((name) => Deno.readFileSync(`${folder}/${name}`));
  await store.close();
  names.forEach((name, index) => {
    Deno.writeFileSync(`${folder}/${name}`, contents[index] ?? new Uint8Array());
  });
}

async function remount(path: string, how: "ro" | "rw"): Promise<void> {
  await run(["mount", "-o", `remount,${how}`, path]);
}

async function smallDisk(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "skerry-store-" });
  const files = linuxFiles();
  await files.apply([{ kind: "MountTmpfs", path, sizeBytes: 256 * 1024, mode: 0o700 }]);
  return { path, [Symbol.asyncDispose]: () => files.removeTree(path) };
}
