/** How often the time is kept. */
import { deepEqual } from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { fakeStore } from "../../tests/fakes/store.ts";
import { fakeTimeSync } from "../../tests/fakes/time_sync.ts";
import { minute } from "../core/instant.ts";
import type { FactName } from "../ports/fact_store.ts";
import { keepTime } from "./keep_time.ts";

const start = Date.UTC(2026, 0, 1);

/** Runs an agent's part of it for so long; gives the minutes at which it wrote. */
async function written(
  { forMinutes, kept, at = start, synchronised = false }: {
    readonly forMinutes: number;
    readonly kept?: number;
    readonly at?: number;
    readonly synchronised?: boolean;
  },
): Promise<readonly number[]> {
  const clock = fakeClock(at);
  const { facts } = fakeStore();
  if (kept !== undefined) await facts.save("LastTime", String(kept));
  const times: number[] = [];
  const save = (name: FactName, value: string): Promise<void> => {
    times.push((Number(value) - at) / minute);
    return facts.save(name, value);
  };
  const timeSync = fakeTimeSync();
  timeSync.synchronised = synchronised;
  const stop = new AbortController();
  const store = { facts: { ...facts, save } };
  const keeping = keepTime({ clock, timeSync, store, log: fakeLog() }, stop.signal);
  await clock.advance(forMinutes * minute);
  stop.abort();
  await keeping;
  return times;
}

Deno.test("the time is kept at the first start, and each hour from then on", async () => {
  deepEqual(await written({ forMinutes: 150 }), [0, 60, 120]);
});

Deno.test("agents that come and go write no more often", async () => {
  deepEqual(await written({ forMinutes: 59, kept: start - 20 * minute }), [40]);
  deepEqual(await written({ forMinutes: 39, kept: start - 20 * minute }), []);
  deepEqual(await written({ forMinutes: 10, kept: start - 61 * minute }), [0]);
});

Deno.test("a time that a clock shows to be wrong is put right at once", async () => {
  const kept = start + 24 * 60 * minute;
  deepEqual(await written({ forMinutes: 10, kept, synchronised: true }), [0]);
});

Deno.test("a clock that nobody has set and that cannot be right is not kept", async () => {
  deepEqual(await written({ forMinutes: 90, at: 0 }), []);
  deepEqual(await written({ forMinutes: 90, at: Date.UTC(2100, 0, 1) }), []);
  deepEqual(await written({ forMinutes: 1, at: Date.UTC(2100, 0, 1), synchronised: true }), [0]);
});
