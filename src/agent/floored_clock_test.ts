/** A clock that goes on from the time that was kept. */
import { deepEqual, equal } from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { fakeStore } from "../../tests/fakes/store.ts";
import { fakeTimeSync } from "../../tests/fakes/time_sync.ts";
import { minute } from "../core/instant.ts";
import { flooredClock } from "./floored_clock.ts";

const kept = Date.UTC(2026, 5, 1);

async function boardAt(start: number, { last = `${kept}` } = {}) {
  const machine = fakeClock(start);
  const timeSync = fakeTimeSync();
  timeSync.synchronised = false;
  const { facts } = fakeStore();
  await facts.save("LastTime", last);
  const floored = flooredClock(machine, timeSync);
  equal(floored.clock.now(), start, "before the store is there");
  await floored.restore(facts, fakeLog());
  return { machine, timeSync, clock: floored.clock };
}

Deno.test("a board that starts in 1970 goes on from the time that was kept", async () => {
  const { machine, clock } = await boardAt(0);
  equal(clock.now(), kept);
  await machine.advance(minute);
  equal(clock.now(), kept + minute);
});

Deno.test("a clock that is later counts at once, and for good", async () => {
  const { machine, clock } = await boardAt(kept + 1);
  equal(clock.now(), kept + 1);
  machine.setWall(5);
  equal(clock.now(), 5);
});

Deno.test("a clock that is synchronised counts, though it is earlier", async () => {
  const { timeSync, clock } = await boardAt(1_000);
  timeSync.synchronised = true;
  equal(clock.now(), 1_000);
});

Deno.test("a clock that somebody sets counts from then on: the kept time may have been the wrong one", async () => {
  const { machine, clock } = await boardAt(0);
  await machine.advance(minute);
  machine.setWall(kept - 90 * minute);
  equal(clock.now(), kept - 90 * minute);
});

Deno.test("a time that is none, and a store that cannot be read, leave the machine's clock", async () => {
  equal((await boardAt(7, { last: "soon" })).clock.now(), 7);
  const store = fakeStore();
  const log = fakeLog();
  const floored = flooredClock(fakeClock(7), fakeTimeSync());
  await floored.restore({ ...store.facts, load: () => Promise.reject(new Error("broken")) }, log);
  equal(floored.clock.now(), 7);
  deepEqual(log.messages("warn"), ["Could not read the last time that was known"]);
});
