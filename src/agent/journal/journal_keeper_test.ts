/** Numbers, acknowledgements, and what the next agent finds. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { FakeDisk } from "../../../tests/fakes/disk.ts";
import { FakeJournal } from "../../../tests/fakes/journal.ts";
import { fakeKeeper } from "../../../tests/fakes/journal_keeper.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import type { JournalObject } from "../../core/journal/record.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { Journal } from "../../ports/journal.ts";

const web: JournalObject = { kind: "Pod", namespace: "default", name: "web", uid: "web" };

Deno.test("what is recorded in one turn is one write, and durable when it says so", async () => {
  const journal = new FakeJournal();
  const keeper = await fakeKeeper({ journal });
  const first = keeper.changed(web, { phase: "Pending" });
  const second = keeper.changed(web, { phase: "Running" });
  assert.equal(journal.records.length, 0);
  await first?.durable;
  assert.deepEqual(journal.records.map(({ sequence }) => sequence), [1, 2]);
  assert.equal(second?.sequence, 2);
  assert.equal(journal.writes, 1);
  await keeper.close();
});

Deno.test("the same status is no transition, and an unknown object has none", async () => {
  const keeper = await fakeKeeper();
  keeper.changed(web, { phase: "Running" });
  assert.equal(keeper.changed(web, { phase: "Running" }), null);
  assert.equal(keeper.gone({ ...web, uid: "other" }), null);
  await keeper.close();
});

Deno.test("acknowledgements are written together, after ten seconds", async () => {
  const clock = fakeClock();
  const journal = new FakeJournal();
  const keeper = await fakeKeeper({ clock, journal });
  await keeper.changed(web, { phase: "Pending" })?.durable;
  await keeper.changed(web, { phase: "Running" })?.durable;
  keeper.acknowledge([2]);
  await clock.advance(9_000);
  assert.equal(journal.writes, 2);
  await clock.advance(2_000);
  assert.equal(journal.writes, 3);
  assert.deepEqual(await journal.cursors(), new Map([["api", { upTo: 2, except: [1] }]]));
  await clock.advance(60_000);
  assert.equal(journal.writes, 3, "nothing more");
  await keeper.close();
  const next = await fakeKeeper({ journal });
  assert.deepEqual(next.earlier().map(({ sequence }) => sequence), [1]);
  assert.ok(next.isWaiting(1) && !next.isWaiting(2));
  await next.close();
});

Deno.test("what is acknowledged late takes nothing back of what was acknowledged before", async () => {
  const clock = fakeClock();
  const journal = new FakeJournal();
  const keeper = await fakeKeeper({ clock, journal });
  for (const count of [1, 2, 3]) await keeper.changed(web, { phase: "Running", count })?.durable;
  keeper.acknowledge([2]);
  await clock.advance(10_000);
  keeper.acknowledge([1]);
  await clock.advance(10_000);
  assert.deepEqual(await journal.cursors(), new Map([["api", { upTo: 2, except: [] }]]));
  await keeper.changed(web, { phase: "Running", count: 4 })?.durable;
  keeper.acknowledge([4]);
  await keeper.close();
  const next = await fakeKeeper({ clock, journal });
  next.acknowledge([3]);
  await next.close();
  assert.deepEqual(await journal.cursors(), new Map([["api", { upTo: 4, except: [] }]]));
});

Deno.test("records that a damaged store has lost leave no number that was acknowledged to a new one", async () => {
  const journal = new FakeJournal();
  const upTo = 70;
  await journal.write({ cursors: new Map([["api", { upTo, except: [] }]]) });
  const keeper = await fakeKeeper({ journal });
  assert.equal(keeper.last(), upTo);
  await keeper.changed(web, { phase: "Running" })?.durable;
  await keeper.close();
  const next = await fakeKeeper({ journal });
  assert.deepEqual(next.earlier().map(({ sequence }) => sequence), [upTo + 1]);
  await next.close();
});

Deno.test("the next agent knows the last statuses, though their records have been removed", async () => {
  const journal = new FakeJournal();
  const keeper = await fakeKeeper({ journal });
  for (let count = 1; count <= 600; count++) {
    const recorded = keeper.changed(web, { phase: "Running", count });
    await recorded?.durable;
    keeper.acknowledge([recorded?.sequence ?? 0]);
  }
  await keeper.close();
  const { records } = await journal.size();
  assert.ok(records < 510, `${records} records are left`);
  const next = await fakeKeeper({ journal });
  assert.deepEqual(next.status("pod web"), { phase: "Running", count: 600 });
  assert.equal(next.changed(web, { phase: "Succeeded" })?.sequence, 601);
  await next.close();
});

Deno.test("what is gone is not known to the next agent", async () => {
  const journal = new FakeJournal();
  const keeper = await fakeKeeper({ journal });
  keeper.changed(web, { phase: "Running" });
  keeper.gone(web);
  await keeper.close();
  const next = await fakeKeeper({ journal });
  assert.equal(next.status("pod web"), undefined);
  assert.deepEqual(next.objects(), []);
  await next.close();
});

Deno.test("a disk that is full is tried again each ten seconds, and gets all in order", async () => {
  const [clock, disk, log] = [fakeClock(), new FakeDisk(), fakeLog()];
  const journal = new FakeJournal(disk);
  const keeper = await fakeKeeper({ clock, journal, log });
  disk.full = true;
  for (const phase of ["Pending", "Running"]) await keeper.changed(web, { phase })?.durable;
  assert.match(keeper.view().problem, /full/);
  disk.full = false;
  await keeper.changed(web, { phase: "Failed" })?.durable;
  assert.equal(journal.records.length, 0, "not so soon");
  await clock.advance(10_000);
  await keeper.changed(web, { phase: "Succeeded" })?.durable;
  assert.deepEqual(journal.records.map(({ sequence }) => sequence), [1, 2, 3, 4]);
  assert.equal(keeper.view().problem, "");
  assert.deepEqual(log.messages("warn"), ["Could not write the journal, going on in memory"]);
  await keeper.close();
});

Deno.test("what cannot be written is bounded too", async () => {
  const disk = new FakeDisk();
  const keeper = await fakeKeeper({ journal: new FakeJournal(disk), maxRecords: 100 });
  disk.full = true;
  for (let count = 1; count <= 1_000; count++) {
    await keeper.changed(web, { phase: "Running", count })?.durable;
  }
  assert.ok(keeper.view().folded > 800);
  assert.ok(keeper.view().waiting <= 101);
  await keeper.close();
});

Deno.test("what is on a disk that has filled up waits on, though what follows is folded in memory", async () => {
  const disk = new FakeDisk();
  const keeper = await fakeKeeper({ journal: new FakeJournal(disk), maxRecords: 100 });
  for (let count = 1; count <= 5; count++) {
    await keeper.changed({ ...web, uid: `${count}` }, { phase: "Running" })?.durable;
  }
  disk.full = true;
  for (let count = 1; count <= 300; count++) {
    await keeper.changed(web, { phase: "Running", count })?.durable;
  }
  assert.ok(keeper.view().folded > 100);
  const stored = (await keeper.waiting({ limit: 5 })).map(({ sequence }) => sequence);
  assert.deepEqual(stored, [1, 2, 3, 4, 5]);
  assert.ok(!keeper.isTold([5]));
  keeper.acknowledge(stored);
  assert.ok(keeper.isTold([4, 5]));
  await keeper.close();
});

Deno.test("where there is no room for folding, what is on the disk is not kept in memory as well", async () => {
  const stored = new FakeJournal();
  const journal: Journal = {
    size: () => stored.size(),
    read: (page) => stored.read(page),
    cursors: () => stored.cursors(),
    states: () => stored.states(),
    write: (change) =>
      change.removedUpTo === undefined
        ? stored.write(change)
        : Promise.reject(new Unavailable("store: database or disk is full")),
  };
  const keeper = await fakeKeeper({ journal, maxRecords: 10 });
  for (let count = 1; count <= 12; count++) {
    await keeper.changed(web, { phase: "Running", count })?.durable;
  }
  assert.match(keeper.view().problem, /full/);
  const sequences = (await keeper.waiting({ limit: 99 })).map(({ sequence }) => sequence);
  assert.deepEqual(sequences, Array.from({ length: 12 }, (_, index) => index + 1));
  await keeper.close();
});

Deno.test("what has made way for newer records is not told, and what another way has told is", async () => {
  const keeper = await fakeKeeper({ maxRecords: 10 });
  for (let count = 1; count <= 30; count++) {
    await keeper.changed({ ...web, uid: `${count}` }, { phase: "Running" })?.durable;
  }
  const last = keeper.last();
  assert.ok(!keeper.isWaiting(1) && keeper.isWaiting(last));
  assert.ok(!keeper.isTold([1]) && !keeper.isTold([last]) && !keeper.isTold([]));
  keeper.acknowledge([last]);
  assert.ok(keeper.isTold([last]));
  await keeper.close();
});

Deno.test("what waits is read in order, a part at a time, with what the disk does not take", async () => {
  const disk = new FakeDisk();
  const keeper = await fakeKeeper({ journal: new FakeJournal(disk) });
  let rings = 0;
  using _notice = keeper.onRecord(() => rings++);
  for (const count of [1, 2, 3]) keeper.changed(web, { phase: "Running", count });
  keeper.acknowledge([2]);
  const sequences = async (limit: number): Promise<readonly number[]> =>
    (await keeper.waiting({ limit })).map(({ sequence }) => sequence);
  assert.deepEqual(await sequences(9), [1, 3]);
  disk.full = true;
  keeper.changed(web, { phase: "Running", count: 4 });
  assert.deepEqual(await sequences(9), [1, 3, 4]);
  assert.deepEqual(await sequences(1), [1]);
  keeper.acknowledge([1, 3, 4]);
  assert.deepEqual(await sequences(9), []);
  assert.equal(rings, 4);
  await keeper.close();
});
