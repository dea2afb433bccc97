/** Stores of earlier versions: what lies in them is there after the program was replaced. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { pods } from "../../core/kube/resource.ts";
import { newMemory } from "../../core/pod/memory.ts";
import { openStore } from "./store.ts";

/** As each version was, with something in it: these texts never change. */
const first = `
  CREATE TABLE pod_memory (uid TEXT PRIMARY KEY, memory TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO pod_memory VALUES ('uid', '${JSON.stringify(newMemory(7))}')`;
const second = `${first};
  CREATE TABLE object (
    resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    uid TEXT NOT NULL, version TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (resource, namespace, name)
  ) WITHOUT ROWID;
  CREATE TABLE token (
    pod_uid TEXT NOT NULL, key TEXT NOT NULL, expires_at INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (pod_uid, key)
  ) WITHOUT ROWID;
  CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO fact VALUES ('LastTime', '5');
  INSERT INTO object VALUES ('pods', 'a', 'b', 'u', '1', CAST('{"metadata":{"name":"b"}}' AS BLOB))`;

for (const [index, schema] of [first, second].entries()) {
  Deno.test(`a store of version ${index + 1} is brought to the newest with all that lies in it`, async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/skerry.db`;
    const earlier = new DatabaseSync(path);
    earlier.exec(`${schema}; PRAGMA user_version = ${index + 1}`);
    earlier.close();
    const log = fakeLog();
    for (const _agent of ["the one that migrates it", "the next"]) {
      const keys = { defaultPath: `${folder.path}/store.key` };
      const store = await openStore({ path, keys, log, now: () => 0 });
      assert.deepEqual(await store.memories.load(), new Map([["uid", newMemory(7)]]));
      assert.equal((await store.facts.load()).get("LastTime"), index === 0 ? undefined : "5");
      assert.equal((await store.objects.load(pods)).length, index);
      assert.equal((await store.journal.size()).records, 0);
      assert.equal(store.state().setAside, null);
      await store.close();
    }
    assert.deepEqual(log.messages("error"), []);
  });
}
