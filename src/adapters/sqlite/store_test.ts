/** The store on real files: what SQLite alone can show. */
import assert from "node:assert/strict";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import type { JournalRecord } from "../../core/journal/record.ts";
import { configMaps, type KubeObject } from "../../core/kube/resource.ts";
import { newMemory } from "../../core/pod/memory.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Store } from "../../ports/store.ts";
import { openStore } from "./store.ts";

function openAt(path: string, log: Log = fakeLog()): Promise<Store> {
  const keys = { defaultPath: `${path.slice(0, path.lastIndexOf("/"))}/store.key` };
  return openStore({ path, keys, log, now: () => Date.UTC(2026, 0, 2, 3, 4, 5) });
}

Deno.test("a damaged store is set aside, reported and begun anew", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/skerry.db`;
  Deno.writeTextFileSync(path, "this is not a database ".repeat(500));
  const log = fakeLog();
  const store = await openAt(path, log);
  await store.memories.save("uid", newMemory(1));
  await store.close();
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assert.ok(names.includes("skerry.db.damaged-2026-01-02T030405.000Z"), names.join());
  assert.equal(log.messages("error").length, 1);
});

const impossible: Readonly<Record<string, (path: string) => () => void>> = {
  "a folder lies there": (path) => {
    Deno.mkdirSync(path);
    return () => Deno.removeSync(path);
  },
  "its folder is missing": (path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    Deno.removeSync(folder, { recursive: true });
    return () => Deno.mkdirSync(folder);
  },
  "links lead round in a circle": (path) => {
    Deno.symlinkSync(path, path);
    return () => Deno.removeSync(path);
  },
};

for (const [what, prevent] of Object.entries(impossible)) {
  Deno.test(`${what}: nothing is known and nothing stored, that is told once, and it works again by itself`, async () => {
    using folder = temporaryFolder();
    Deno.mkdirSync(`${folder.path}/root`);
    const path = `${folder.path}/root/skerry.db`;
    const allow = prevent(path);
    const log = fakeLog();
    const store = await openStore({
      path,
      keys: { defaultPath: `${folder.path}/store.key` },
      log,
      now: () => 0,
    });
    assert.equal((await store.memories.load()).size, 0);
    assert.equal((await store.journal.size()).last, 0);
    await assert.rejects(store.memories.save("uid", newMemory(1)), Unavailable);
    await store.recover();
    assert.equal(store.state().problem?.reason, "CannotOpen");
    assert.equal(log.messages("error").length, 1, log.messages("error").join());
    allow();
    await store.recover();
    assert.equal(store.state().problem, null);
    await store.memories.save("uid", newMemory(1));
    assert.deepEqual([...(await store.memories.load()).keys()], ["uid"]);
    await store.close();
  });
}

Deno.test("a page that was overwritten is damage, too", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/skerry.db`;
  const first = await openAt(path);
  for (let n = 0; n < 200; n++) await first.memories.save(`uid-${n}`, newMemory(n));
  await first.close();
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0x5a, 4096));
  const log = fakeLog();
  const store = await openAt(path, log);
  await store.memories.save("uid", newMemory(1));
  await store.close();
  assert.equal(log.messages("error").length, 1);
});

Deno.test("a store that cannot write says Unavailable", async () => {
  using folder = temporaryFolder();
  const store = await openAt(`${folder.path}/skerry.db`);
  await store.close();
  await assert.rejects(store.memories.save("uid", newMemory(1)), Unavailable);
});

Deno.test("a store that could be opened only later keeps what lay in it, and its journal aside", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/skerry.db`;
  const record = {
    sequence: 7,
    at: 1,
    monotonicMs: 1,
    bootId: "boot",
    isSynchronised: true,
    entry: { kind: "Gap" as const, subject: "", count: 1, to: 7, until: 1 },
  };
  const first = await openAt(path);
  await first.memories.save("old", newMemory(1));
  await first.journal.write({ records: [record] });
  await first.close();
  Deno.renameSync(path, `${path}.away`);
  Deno.mkdirSync(path);
  const store = await openAt(path);
  assert.equal((await store.journal.size()).last, 0);
  Deno.removeSync(path);
  Deno.renameSync(`${path}.away`, path);
  await store.recover();
  await store.journal.write({ records: [{ ...record, sequence: 1 }] });
  assert.equal((await store.journal.size()).records, 1);
  assert.deepEqual([...(await store.memories.load()).keys()], ["old"]);
  await store.close();
  const earlier = [...Deno.readDirSync(folder.path)].find(({ name }) => name.includes(".earlier-"));
  const kept = await openAt(`${folder.path}/${earlier?.name}`);
  assert.equal((await kept.journal.size()).last, 7);
  await kept.close();
});

Deno.test("what the journal says of its size is what lies there, also after a commit that failed and in a store begun anew", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/skerry.db`;
  const store = await openAt(path);
  const record = (sequence: number): JournalRecord => ({
    sequence,
    at: 1,
    monotonicMs: 1,
    bootId: "boot",
    isSynchronised: true,
    entry: { kind: "Gap", subject: "", count: 1, to: sequence, until: 1 },
  });
  const noObject: KubeObject = JSON.parse('{"metadata":{"name":"a","uid":null}}');
  const [written, refused] = await Promise.allSettled([
    store.journal.write({ records: [record(1)] }),
    store.objects.save(configMaps, noObject),
  ]);
  assert.deepEqual([written.status, refused.status], ["fulfilled", "rejected"]);
  assert.equal((await store.journal.size()).records, 1);
  const random = crypto.getRandomValues(new Uint8Array(65_536)).toBase64();
  for (let n = 0; n < 60; n++) {
    // More than SQLite keeps in memory.
    const large = { metadata: { name: `${n}`, uid: `${n}` }, data: { random } };
    await store.objects.save(configMaps, large);
  }
  for (let n = 2; n <= 100; n++) await store.journal.write({ records: [record(n)] });
  await store.close();
  const again = await openAt(path);
  assert.equal((await again.journal.size()).records, 100);
  Deno.writeFileSync(path, Deno.readFileSync(path).fill(0x5a, 20_480));
  await assert.rejects(again.objects.load(configMaps));
  await again.recover();
  assert.equal(again.state().problem, null);
  const read = await again.journal.read({ after: 0, limit: 1_000 });
  assert.ok(read.length < 100, `${read.length} records`);
  assert.equal((await again.journal.size()).records, read.length);
  await again.close();
});
