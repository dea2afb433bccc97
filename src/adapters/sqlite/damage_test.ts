/** Damaged stores: what lies there is kept, what can be read is taken over, and nothing secret lies in the clear. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { pods, secrets } from "../../core/kube/resource.ts";
import { newMemory } from "../../core/pod/memory.ts";
import type { Store } from "../../ports/store.ts";
import { salvage } from "./damage.ts";
import { openDatabase } from "./database.ts";
import { openStore } from "./store.ts";

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

function openIn(folder: string, log = fakeLog()): Promise<Store> {
  const keys = { defaultPath: `${folder}/store.key` };
  return openStore({ path: `${folder}/skerry.db`, keys, log, now: () => now });
}

function podOf(n: number): { readonly metadata: Readonly<Record<string, string>> } {
  const name = `pod-${String(n).padStart(3, "0")}`;
  return { metadata: { namespace: "default", name, uid: name, resourceVersion: "1" } };
}

async function filled(folder: string): Promise<void> {
  const store = await openIn(folder);
  for (let n = 0; n < 100; n++) {
    await store.objects.save(pods, podOf(n));
    await store.memories.save(`uid-${n}`, newMemory(n));
  }
  await store.close();
}

function asideOf(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.startsWith("skerry.db.damaged-"));
}

/** In the middle of the file. */
function overwritePage(path: string): void {
  const bytes = Deno.readFileSync(path);
  const at = bytes.length >> 11 << 10;
  Deno.writeFileSync(path, bytes.fill(0x5a, at, at + 1024));
}

Deno.test("a page that was overwritten costs what lay in it: the rest is taken over", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  const path = `${folder.path}/skerry.db`;
  overwritePage(path);
  const log = fakeLog();
  const store = await openIn(folder.path, log);
  const known = (await store.objects.load(pods)).length;
  const memories = (await store.memories.load()).size;
  assert.ok(
    known + memories > 150 && known + memories < 200,
    `${known} pods, ${memories} memories`,
  );
  assert.equal(store.state().setAside, `${path}.damaged-2026-01-02T030405.000Z`);
  assert.equal(store.state().problem, null);
  assert.equal(log.messages("error").length, 1);
  await store.memories.save("new", newMemory(1));
  await store.close();
});

Deno.test("a second damage at the same time of a clock that stands still has a name of its own, and no more than three are kept", async () => {
  using folder = temporaryFolder();
  for (let n = 0; n < 5; n++) {
    Deno.writeTextFileSync(`${folder.path}/skerry.db`, "no database ".repeat(500));
    await (await openIn(folder.path)).close();
  }
  assert.equal(asideOf(folder.path).length, 3);
});

Deno.test("a newer program's store is set aside, and what this one understands is taken over", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  const newer = new DatabaseSync(`${folder.path}/skerry.db`);
  newer.exec(
    "ALTER TABLE pod_memory ADD COLUMN mood TEXT; CREATE TABLE later (a); PRAGMA user_version = 999",
  );
  newer.close();
  const store = await openIn(folder.path);
  assert.equal((await store.objects.load(pods)).length, 100);
  assert.equal((await store.memories.load()).size, 100);
  await store.close();
  assert.equal(asideOf(folder.path).length, 1);
});

Deno.test("rows that make no sense are left out, and cost no others", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  const harmed = new DatabaseSync(`${folder.path}/skerry.db`);
  harmed.exec("UPDATE pod_memory SET memory = '{' WHERE uid = 'uid-7'");
  harmed.exec("UPDATE object SET content = x'7b' WHERE name = 'pod-007'");
  harmed.exec("INSERT INTO journal VALUES (7, 1, 1, 'boot', 1, '{')");
  harmed.exec("INSERT INTO journal_state VALUES ('Pod a', '{')");
  harmed.exec("INSERT INTO journal_cursor VALUES ('api', 7, '[')");
  harmed.close();
  const log = fakeLog();
  const store = await openIn(folder.path, log);
  const [record] = await store.journal.read({ after: 0, limit: 10 });
  assert.deepEqual(record?.entry, { kind: "Gap", subject: "", count: 1, to: 7, until: 1 });
  assert.equal((await store.journal.states()).size, 0);
  assert.deepEqual((await store.journal.cursors()).get("api"), { upTo: 0, except: [] });
  assert.equal((await store.objects.load(pods)).length, 99);
  assert.equal((await store.memories.load()).size, 99);
  assert.equal(log.messages("error").length, 1, "a pod is missing, and that is told");
  await store.close();
});

Deno.test("a table that is missing is damage", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  const harmed = new DatabaseSync(`${folder.path}/skerry.db`);
  harmed.exec("DROP TABLE token");
  harmed.close();
  const store = await openIn(folder.path);
  assert.equal((await store.objects.load(pods)).length, 100);
  assert.deepEqual(await store.tokens.load(), []);
  await store.tokens.save({ podUid: "a", key: "b", text: "c", expiresAt: 1 });
  await store.close();
});

for (const version of [0, 2, -1]) {
  Deno.test(`a version that was flipped to ${version} is damage: nothing is lost`, async () => {
    using folder = temporaryFolder();
    await filled(folder.path);
    const harmed = new DatabaseSync(`${folder.path}/skerry.db`);
    harmed.exec(`PRAGMA user_version = ${version}`);
    harmed.close();
    const store = await openIn(folder.path);
    assert.equal(store.state().problem, null);
    assert.equal((await store.objects.load(pods)).length, 100);
    await store.memories.save("new", newMemory(1));
    await store.close();
    assert.equal(asideOf(folder.path).length, 1);
  });
}

Deno.test("where a damaged store cannot be set aside, what can be read of it is read all the same", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  const path = `${folder.path}/skerry.db`;
  overwritePage(path);
  const rename = Deno.renameSync;
  const before = Deno.readFileSync(path);
  try {
    Deno.renameSync = () => {
      throw new Error("Read-only file system (os error 30)");
    };
    const store = await openIn(folder.path);
    assert.equal(store.state().problem?.reason, "ReadOnly");
    const known = (await store.objects.load(pods)).length;
    assert.ok(known > 70 && known <= 100, `${known} pods`);
    assert.deepEqual(Deno.readFileSync(path), before);
    Deno.renameSync = rename;
    await store.recover();
    assert.equal(store.state().problem, null);
    assert.equal((await store.objects.load(pods)).length, known);
    await store.memories.save("new", newMemory(1));
    await store.close();
  } finally {
    Deno.renameSync = rename;
  }
  assert.equal(asideOf(folder.path).length, 1);
});

Deno.test("where no other can be begun in its place, what can be read of a damaged store is read, and taken over later", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  const path = `${folder.path}/skerry.db`;
  overwritePage(path);
  const rename = Deno.renameSync;
  try {
    Deno.renameSync = (from, to) => {
      rename(from, to);
      // The place is taken.
      if (from === path) Deno.mkdirSync(path);
    };
    const store = await openIn(folder.path);
    Deno.renameSync = rename;
    const known = (await store.objects.load(pods)).length;
    assert.ok(known > 70 && known <= 100, `${known} pods`);
    assert.equal(store.state().problem?.reason, "CannotOpen");
    await assert.rejects(store.memories.save("new", newMemory(1)));
    Deno.removeSync(path);
    await store.recover();
    assert.equal(store.state().problem, null);
    assert.equal((await store.objects.load(pods)).length, known);
    await store.memories.save("new", newMemory(1));
    await store.close();
  } finally {
    Deno.renameSync = rename;
  }
});

Deno.test("a disk without room for what is taken over says so, and gets nothing by halves", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  using into = openDatabase(`${folder.path}/small.db`);
  const from = `${folder.path}/skerry.db`;
  into.exec("PRAGMA max_page_count = 20");
  assert.throws(() => salvage({ from, into }), /full/);
  assert.equal(into.prepare("SELECT count(*) AS n FROM object").get()?.["n"], 0);
  into.exec("PRAGMA max_page_count = 20000");
  assert.equal(salvage({ from, into }), 200);
});

Deno.test("damage that shows while the agent runs is set aside by itself", async () => {
  using folder = temporaryFolder();
  const first = await openIn(folder.path);
  const random = crypto.getRandomValues(new Uint8Array(65_536));
  for (let n = 0; n < 60; n++) {
    // More than SQLite keeps in memory.
    await first.objects.save(pods, { ...podOf(n), ...{ spec: random.toBase64() } });
  }
  await first.close();
  const store = await openIn(folder.path);
  const path = `${folder.path}/skerry.db`;
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0x5a, 20_480));
  await assert.rejects(store.objects.load(pods));
  assert.equal(store.state().problem?.reason, "Damaged");
  await store.facts.save("LastTime", "1");
  assert.equal(
    store.state().problem?.reason,
    "Damaged",
    "a page that can be written heals no other",
  );
  await store.recover();
  assert.equal(store.state().problem, null);
  await store.memories.save("new", newMemory(1));
  await store.close();
  assert.equal(asideOf(folder.path).length, 1);
});

Deno.test("no file of the root directory has Secret data or tokens in it: store, log, keys, what is set aside", async () => {
  using folder = temporaryFolder();
  const planted = ["PLANTED-PASSWORD", btoa("PLANTED-PASSWORD"), "PLANTED.TOKEN.TEXT"];
  const look = (): void => {
    for (const { name } of Deno.readDirSync(folder.path)) {
      const text = new TextDecoder("latin1").decode(Deno.readFileSync(`${folder.path}/${name}`));
      for (const each of planted) assert.ok(!text.includes(each), `${each} lies in ${name}`);
    }
  };
  const store = await openIn(folder.path);
  for (let n = 0; n < 20; n++) {
    const metadata = { namespace: "a", name: `s${n}`, uid: `u${n}`, resourceVersion: `${n}` };
    await store.objects.save(secrets, Object.assign({ metadata }, { data: { key: planted[1] } }));
    await store.tokens.save({ podUid: `p${n}`, key: "k", text: planted[2] ?? "", expiresAt: 1 });
  }
  look();
  await store.rotateKey();
  look();
  await store.close();
  look();
  const path = `${folder.path}/skerry.db`;
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0x5a, 4096, 5120));
  const next = await openIn(folder.path);
  assert.equal(asideOf(folder.path).length, 1);
  look();
  await next.close();
});
