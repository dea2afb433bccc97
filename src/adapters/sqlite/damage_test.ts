/** Damaged stores: what lies there is kept, what can be read is taken over, and nothing secret lies in the clear. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { pods, secrets } from "../../core/kube/resource.ts";
import { newMemory } from "../../core/pod/memory.ts";
import type { Store } from "../../ports/store.ts";
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

Deno.test("a page that was overwritten costs what lay in it: the rest is taken over", async () => {
  using folder = temporaryFolder();
  await filled(folder.path);
  const path = `${folder.path}/skerry.db`;
  const bytes = Deno.readFileSync(path);
  const at = bytes.length >> 11 << 10;
  Deno.writeFileSync(path, bytes.fill(0x5a, at, at + 1024));
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
