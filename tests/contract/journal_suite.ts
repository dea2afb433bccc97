/** What every journal must do. */
import assert from "node:assert/strict";
import type { JournalRecord } from "../../src/core/journal/record.ts";
import type { Store } from "../../src/ports/store.ts";
import type { StoreSubject } from "./store_suite.ts";

export function journalSuite(name: string, subject: () => StoreSubject): void {
  const test = (what: string, body: (subject: StoreSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      using opened = subject();
      await body(opened);
    });

  test("what was written is there after opening again, in order and whole", async (opened) => {
    const first = await opened.open();
    const records = [record(1), record(2), record(3)];
    await Promise.all(records.map((each) => first.journal.write({ records: [each] })));
    await first.close();
    const { journal, close } = await opened.open();
    assert.deepEqual(await all({ journal }), records);
    assert.deepEqual(await journal.read({ after: 1, limit: 1 }), [record(2)]);
    const bytes = records.reduce((sum, { entry }) => sum + JSON.stringify(entry).length, 0);
    assert.deepEqual(await journal.size(), { records: 3, bytes, last: 3 });
    await close();
  });

  test("one change does all at once, and gives the size after it", async (opened) => {
    const { journal, close } = await opened.open();
    const records = [1, 2, 3, 4].map(record);
    await journal.write({ records, states: new Map([["node", { phase: "old" }]]) });
    const folded = { ...record(2), entry: record(9).entry };
    const size = await journal.write({
      removedUpTo: 3,
      records: [folded, record(5)],
      cursors: new Map([["api", { upTo: 4, except: [2] }]]),
      states: new Map([["node", null], ["pod 1", { phase: "Running" }]]),
    });
    const kept = [folded, record(4), record(5)];
    const bytes = kept.reduce((sum, { entry }) => sum + JSON.stringify(entry).length, 0);
    assert.deepEqual(size, { records: 3, bytes, last: 5 });
    assert.deepEqual(await journal.size(), size);
    assert.deepEqual(await all({ journal }), kept);
    assert.deepEqual(await journal.cursors(), new Map([["api", { upTo: 4, except: [2] }]]));
    assert.deepEqual(await journal.states(), new Map([["pod 1", { phase: "Running" }]]));
    await close();
  });

  test("a long entry is kept whole", async (opened) => {
    const first = await opened.open();
    const { entry, ...rest } = record(1);
    const message = "Grüße \u{1F40B} ".repeat(500);
    const long = { ...rest, entry: { ...entry, changes: { message } } };
    await first.journal.write({ records: [long] });
    await first.close();
    const { journal, close } = await opened.open();
    assert.deepEqual(await all({ journal }), [long]);
    assert.ok((await journal.size()).bytes > 0);
    await close();
  });

  test("a record in place of one with its sequence is counted once", async (opened) => {
    const { journal, close } = await opened.open();
    await journal.write({ records: [record(1), record(2)] });
    const size = await journal.write({ records: [{ ...record(2), entry: record(1).entry }] });
    assert.equal(size.records, 2);
    assert.equal(size.bytes, JSON.stringify(record(1).entry).length * 2);
    await close();
  });
}

function all({ journal }: Pick<Store, "journal">): Promise<readonly JournalRecord[]> {
  return journal.read({ after: 0, limit: 100 });
}

function record(sequence: number): JournalRecord {
  return {
    sequence,
    at: 1_000 * sequence,
    monotonicMs: 17 * sequence,
    bootId: "952cd7ef-e213-4609-8584-259635996ade",
    isSynchronised: sequence % 2 === 0,
    entry: {
      kind: "Changed",
      object: { kind: "Pod", namespace: "default", name: `web-${sequence}`, uid: "uid" },
      changes: { phase: "Running", reason: null },
    },
  };
}
