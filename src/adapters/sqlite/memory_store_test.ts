/** The memory store on real files: what SQLite alone can show. */
import assert from "node:assert/strict";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { newMemory } from "../../core/pod/memory.ts";
import { Unavailable } from "../../ports/errors.ts";
import { openMemoryStore } from "./memory_store.ts";

Deno.test("a damaged store is set aside, reported and begun anew", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/skerry.db`;
  Deno.writeTextFileSync(path, "this is not a database ".repeat(500));
  const log = fakeLog();
  const store = openMemoryStore({ path, log, now: Date.UTC(2026, 0, 2, 3, 4, 5) });
  await store.save("uid", newMemory(1));
  await store.close();
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assert.ok(names.includes("skerry.db.damaged-2026-01-02T030405.000Z"), names.join());
  assert.equal(log.messages("error").length, 1);
});

Deno.test("where no store can be, the agent remembers until it ends and is told once", async () => {
  using folder = temporaryFolder();
  for (const path of [folder.path, `${folder.path}/no/such/folder/skerry.db`]) {
    const log = fakeLog();
    const store = openMemoryStore({ path, log, now: 0 });
    await store.save("uid", newMemory(1));
    assert.deepEqual([...(await store.load()).keys()], ["uid"]);
    await store.close();
    assert.equal(log.messages("error").length, 1);
  }
  assert.ok(Deno.statSync(folder.path).isDirectory, "what lies there is nobody's to move");
});

Deno.test("a page that was overwritten is damage, too", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/skerry.db`;
  const first = openMemoryStore({ path, log: fakeLog(), now: 0 });
  for (let n = 0; n < 200; n++) await first.save(`uid-${n}`, newMemory(n));
  await first.close();
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0x5a, 4096));
  const log = fakeLog();
  const store = openMemoryStore({ path, log, now: 0 });
  assert.equal((await store.load()).size, 0);
  await store.close();
  assert.equal(log.messages("error").length, 1);
});

Deno.test("a store that cannot write says Unavailable", async () => {
  using folder = temporaryFolder();
  const store = openMemoryStore({ path: `${folder.path}/skerry.db`, log: fakeLog(), now: 0 });
  await store.close();
  await assert.rejects(store.save("uid", newMemory(1)), Unavailable);
});
