import { deepEqual, equal } from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { reportToManager } from "./service_reports.ts";

/** A manager that writes down what it hears, and when. */
function stage(watchdogMs?: number) {
  const clock = fakeClock();
  const heard: [number, string][] = [];
  const ready = Promise.withResolvers<void>();
  const stop = new AbortController();
  const manager = {
    watchdogMs,
    notify: (state: string) => void heard.push([clock.monotonic(), state]),
  };
  const over = reportToManager(
    { manager, ready: ready.promise, clock, log: fakeLog() },
    stop.signal,
  );
  return { clock, heard, ready: ready.resolve, stop: () => stop.abort(), over };
}

Deno.test("the first sign of life and each after it come when half of the manager's patience is over", async () => {
  const { clock, heard, ready, stop, over } = stage(1_000);
  await clock.advance(3_000);
  deepEqual(heard, [], "a start takes as long as it takes");
  ready();
  await clock.advance(1_700);
  stop();
  await over;
  deepEqual(heard, [
    [3_000, "READY=1"],
    [3_500, "WATCHDOG=1"],
    [4_000, "WATCHDOG=1"],
    [4_500, "WATCHDOG=1"],
    [4_700, "STOPPING=1"],
  ]);
  equal(clock.pendingTimers, 0);
});

Deno.test("a manager without a watchdog hears of the start and the end", async () => {
  const { clock, heard, ready, stop, over } = stage();
  ready();
  await clock.advance(60_000);
  stop();
  await over;
  deepEqual(heard.map(([, state]) => state), ["READY=1", "STOPPING=1"]);
});

Deno.test("an agent that is stopped before it is ready never says that it is", async () => {
  const { clock, heard, stop, over } = stage(1_000);
  await clock.advance(100);
  stop();
  await over;
  deepEqual(heard, [[100, "STOPPING=1"]]);
});
