/** What the store writes to flash. */
import assert from "node:assert/strict";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { newMemory } from "../../core/pod/memory.ts";
import type { JournalRecord } from "../../core/journal/record.ts";
import { openStore } from "./store.ts";
import { countWrittenBytes } from "./written_bytes.ts";

Deno.test("bytes are counted for what they were written for, and shared where that is several", () => {
  let bytes = 1_000;
  const written = countWrittenBytes({ threadBytes: () => bytes });
  written.during([{ cause: "memory", bytes: 9 }], () => bytes += 50);
  bytes += 7;
  written.during(
    [{ cause: "memory", bytes: 300 }, { cause: "journal", bytes: 100 }],
    () => bytes += 100,
  );
  assert.throws(() =>
    written.during([{ cause: "facts", bytes: 1 }], () => {
      bytes += 3;
      throw new Error("after all");
    })
  );
  const none = { objects: 0, tokens: 0, schema: 0 };
  assert.deepEqual(written.byCause(), { ...none, memory: 125, journal: 25, facts: 3 });
});

Deno.test("where the kernel does not count, nothing is claimed", () => {
  const written = countWrittenBytes({ threadBytes: () => null });
  assert.equal(written.during([{ cause: "memory", bytes: 1 }], () => 1), 1);
  assert.equal(written.byCause(), null);
});

/** As that of a container that has started. */
function transition(sequence: number): JournalRecord {
  const object = {
    kind: "Pod" as const,
    namespace: "default",
    name: "web",
    uid: crypto.randomUUID(),
  };
  const changes = {
    "containerStatuses/main": {
      ready: true,
      restartCount: sequence,
      state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
    },
    phase: "Running",
    conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
  };
  return {
    sequence,
    at: 1_000_000 + sequence,
    monotonicMs: sequence,
    bootId: crypto.randomUUID(),
    isSynchronised: true,
    entry: { kind: "Changed", object, changes },
  };
}

Deno.test("transitions that come one by one, with the memory of their pods, cost at most 4 KB each; nothing costs nothing", async () => {
  // In memory, for it is the bytes that are counted, and not their way to the disk.
  using folder = temporaryFolder({ dir: "/dev/shm" });
  const path = `${folder.path}/skerry.db`;
  const keys = { defaultPath: `${folder.path}/store.key` };
  const store = await openStore({ path, keys, log: fakeLog(), now: () => 0 });
  const total = () =>
    Object.values(store.state().writtenBytes ?? {}).reduce((sum, n) => sum + n, 0);
  const before = total();
  for (let n = 1; n <= 200; n++) {
    await store.journal.write({ records: [transition(n)] });
    await store.memories.save(`8ad1c1c4-uid-${n % 10}`, newMemory(n));
  }
  const each = (total() - before) / 200;
  assert.ok(each > 500 && each <= 4_096, `${each} bytes a transition`);
  assert.ok((store.state().writtenBytes?.journal ?? 0) > (store.state().writtenBytes?.facts ?? 0));
  const idle = total();
  await store.recover();
  await store.facts.save("LastTime", "1");
  const once = total();
  await store.facts.save("LastTime", "1");
  await store.recover();
  assert.ok(once > idle);
  assert.equal(total(), once);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name).toSorted();
  assert.deepEqual(
    names,
    ["skerry.db", "skerry.db-wal", "store.key"],
    "no index that the kernel writes back",
  );
  await store.close();
});
