/** How requests share a server, and wait for it. */
import assert from "node:assert/strict";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { Invalid, Unavailable } from "../../ports/errors.ts";
import { createRequestPump, type RequestPump } from "./request_pump.ts";

interface Stage {
  readonly clock: FakeClock;
  readonly pump: RequestPump;
  /** `KEY@SECONDS` for each time that work was begun. */
  readonly begun: readonly string[];
}

function stage(work: (key: string, begun: number) => Promise<void>, sideBySide = 2): Stage {
  const clock = fakeClock(0);
  const begun: string[] = [];
  const pump = createRequestPump({
    work(key) {
      begun.push(`${key}@${clock.now() / 1_000}`);
      return work(key, begun.length);
    },
    sideBySide,
    pace: () => Promise.resolve(),
    clock,
    random: fakeRandom(0.5),
    log: fakeLog(),
  });
  return { clock, pump, begun };
}

Deno.test("only so many keys are worked on at a time, and each one once", async () => {
  const wakes: (() => void)[] = [];
  const { clock, pump, begun } = stage(() => new Promise((resolve) => wakes.push(resolve)));
  for (const key of ["a", "b", "c", "a"]) pump.add(key);
  assert.deepEqual(begun, ["a@0", "b@0"]);
  wakes[1]?.();
  await clock.settle();
  assert.deepEqual(begun, ["a@0", "b@0", "c@0"]);
  wakes[0]?.();
  await clock.settle();
  assert.deepEqual(begun.at(-1), "a@0", "what happened meanwhile makes it run once more");
  wakes.slice(2).forEach((wake) => wake());
  await clock.settle();
  assert.equal(begun.length, 4);
});

Deno.test("while the server is away one key asks for all, more and more rarely", async () => {
  let isAway = true;
  const work = () => isAway ? Promise.reject(new Unavailable("away")) : Promise.resolve();
  const { clock, pump, begun } = stage(work, 1);
  for (const key of ["a", "b", "c"]) pump.add(key);
  await clock.advance(60_000);
  const times = [0, 1.2, 3.6, 8.4, 18, 37.2];
  assert.deepEqual(begun.map((text) => Number(text.split("@")[1])), times);
  isAway = false;
  await clock.advance(30_000);
  assert.deepEqual(begun.slice(-3).map((text) => text.split("@")[1]), ["75.6", "75.6", "75.6"]);
});

Deno.test("a server that answers again is asked soon, and its wish for a pause is heeded", async () => {
  const { clock, pump, begun } = stage((_key, times) =>
    times === 1
      ? Promise.reject(new Unavailable("busy", { retryAfterMs: 60_000 }))
      : Promise.resolve()
  );
  pump.add("a");
  await clock.advance(50_000);
  assert.deepEqual(begun, ["a@0"]);
  pump.resume();
  await clock.advance(1_000);
  assert.deepEqual(begun, ["a@0", "a@50.25"]);
});

Deno.test("what is refused waits alone", async () => {
  const work = (key: string) =>
    key === "bad" ? Promise.reject(new Invalid("no")) : Promise.resolve();
  const { clock, pump, begun } = stage(work);
  pump.add("bad");
  pump.add("good");
  await clock.advance(8_000);
  assert.deepEqual(begun, ["bad@0", "good@0", "bad@1.5", "bad@4.5"]);
  pump.forget("bad");
  await clock.advance(600_000);
  assert.equal(begun.length, 4);
});

Deno.test("closing waits for what is under way, but not for long, and leaves no timer", async () => {
  const { clock, pump, begun } = stage((key) =>
    key === "slow" ? new Promise(() => {}) : Promise.reject(new Unavailable("away"))
  );
  pump.add("slow");
  pump.add("a");
  await clock.settle();
  const closing = pump.close();
  await clock.advance(2_000);
  await closing;
  pump.add("b");
  await clock.advance(60_000);
  assert.deepEqual(begun, ["slow@0", "a@0"]);
  assert.equal(clock.pendingTimers, 0);
});
