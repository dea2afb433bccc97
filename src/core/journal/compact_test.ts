/** What stays of a journal that is full. */
import assert from "node:assert/strict";
import { compact, type JournalLimits } from "./compact.ts";
import { foldedEvents, occurrences } from "./events.ts";
import { withChanges } from "./changes.ts";
import type { PlainMap } from "../plain_map.ts";
import {
  eventSubject,
  type JournalEntry,
  type JournalEvent,
  type JournalRecord,
} from "./record.ts";

const roomy: JournalLimits = { maxRecords: 1_000, maxBytes: 1 << 20 };

function record<E extends JournalEntry>(sequence: number, entry: E): JournalRecord<E> {
  const at = sequence * 1_000;
  return { sequence, at, monotonicMs: at, bootId: "boot", isSynchronised: true, entry };
}

function change(uid: string, changes: PlainMap): JournalEntry {
  return {
    kind: "Changed",
    object: { kind: "Pod", namespace: "default", name: uid, uid },
    changes,
  };
}

function event(reason: string, { message = "", first = 0, count = 1 } = {}): JournalEvent {
  const about = { namespace: "default", name: "web", uid: "web", fieldPath: "" };
  const told = { type: "Normal" as const, reason, message, ...about };
  return { kind: "Event", event: told, first, firstSeen: first * 1_000, count };
}

function statusAfter(records: readonly JournalRecord[], uid: string): PlainMap {
  return records.reduce<PlainMap>(
    (status, { entry }) =>
      entry.kind === "Changed" && entry.object.uid === uid
        ? withChanges(status, entry.changes)
        : status,
    {},
  );
}

function isEventRecord(each: JournalRecord): each is JournalRecord<JournalEvent> {
  return each.entry.kind === "Event";
}

Deno.test("of each object the first and the last record stay, and a gap between them counts the rest", () => {
  const records = [1, 2, 3, 4, 5, 6, 7, 8].map((sequence) =>
    record(sequence, change(sequence % 2 ? "odd" : "even", { [`field${sequence}`]: sequence }))
  );
  const { records: kept, folded } = compact(records, roomy);
  assert.deepEqual(kept.map(({ sequence }) => sequence), [1, 2, 3, 4, 7, 8]);
  assert.deepEqual(kept.map(({ entry }) => entry.kind), [
    "Changed",
    "Changed",
    "Gap",
    "Gap",
    "Changed",
    "Changed",
  ]);
  assert.deepEqual(kept[2]?.entry, {
    kind: "Gap",
    subject: "pod odd",
    count: 2,
    to: 5,
    until: 5_000,
  });
  assert.equal(folded, 4);
  for (const uid of ["odd", "even"]) {
    assert.deepEqual(statusAfter(kept, uid), statusAfter(records, uid));
  }
});

Deno.test("folding again adds to the gap", () => {
  const many = (from: number, to: number): JournalRecord[] =>
    Array.from({ length: to - from + 1 }, (_, index) => {
      const phase = index % 2 ? "Running" : "Pending";
      return record(from + index, change("web", { phase, at: from + index }));
    });
  const once = compact(many(1, 10), roomy);
  const all = [...once.records, ...many(11, 20)];
  const { records, folded } = compact(all, roomy);
  assert.deepEqual(records.map(({ sequence }) => sequence), [1, 2, 20]);
  assert.equal(once.folded, 8);
  assert.equal(folded, 10);
  assert.deepEqual(records[1]?.entry, {
    kind: "Gap",
    subject: "pod web",
    count: 18,
    to: 19,
    until: 19_000,
  });
  assert.deepEqual(statusAfter(records, "web"), { phase: "Running", at: 20 });
});

Deno.test("events are counted as often as they happened, before and after", () => {
  const records = [
    record(1, event("Pulled", { first: 1, message: "in 1 s" })),
    record(2, event("Pulled", { first: 2, message: "in 2 s" })),
    record(3, event("Pulled", { first: 2, message: "in 2 s", count: 2 })),
    record(4, event("Pulled", { first: 1, message: "in 1 s", count: 2 })),
    record(5, event("Pulled", { first: 5, message: "in 5 s" })),
    record(6, event("Pulled", { first: 2, message: "in 2 s", count: 3 })),
  ];
  const before = occurrences(records.map(({ entry }) => entry));
  assert.equal(before, 6);
  const kept = compact(records, roomy).records.filter(isEventRecord);
  assert.deepEqual(kept.map(({ sequence }) => sequence), [1, 6]);
  const folded = foldedEvents(kept);
  assert.equal(folded.event.count, 6);
  assert.ok(folded.combined);
  assert.equal(folded.event.firstSeen, 1_000);
  assert.equal(folded.event.lastSeen, 6_000);
  assert.equal(folded.origin.sequence, 1);
});

Deno.test("reasons are told apart", () => {
  const records = [1, 2, 3].flatMap((each) => [
    record(each * 2, event("Created", { first: 2, count: each })),
    record(each * 2 + 1, event("Started", { first: 3, count: each })),
  ]);
  assert.equal(compact(records, roomy).records.length, records.length, "a gap would save nothing");
  assert.notEqual(eventSubject(event("Created").event), eventSubject(event("Started").event));
});

Deno.test("where even that is too much the oldest go, and one gap counts them all", () => {
  const records = Array.from(
    { length: 50 },
    (_, index) => record(index + 1, change(`pod-${index}`, { phase: "Running" })),
  );
  const { records: kept, folded } = compact(records, { ...roomy, maxRecords: 10 });
  assert.ok(kept.length <= 11);
  assert.equal(kept.at(-1)?.sequence, 50);
  assert.equal(folded + kept.length - 1, 50);
  const small = compact(records, { ...roomy, maxBytes: 300 }).records;
  assert.deepEqual(small.map(({ entry }) => entry.kind).slice(0, 1), ["Gap"]);
  assert.equal(small.at(-1)?.sequence, 50);
});
