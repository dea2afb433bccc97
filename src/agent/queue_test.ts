/** The queue: one worker a key, nothing that happens is missed, failures are tried again. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { createQueue } from "./queue.ts";

Deno.test("what happens during a pass makes exactly one more", async () => {
  const clock = fakeClock();
  const gates: (() => void)[] = [];
  const queue = createQueue({
    clock,
    log: fakeLog(),
    work: () => new Promise((resolve) => gates.push(() => resolve(undefined))),
  });
  queue.mark("a");
  queue.mark("a");
  queue.mark("a");
  assert.equal(gates.length, 1);
  gates[0]?.();
  await clock.settle();
  assert.equal(gates.length, 2);
  gates[1]?.();
  await clock.settle();
  assert.equal(gates.length, 2);
  await queue.close();
});

Deno.test("keys are worked on side by side", async () => {
  const clock = fakeClock();
  const running = new Set<string>();
  const gate = Promise.withResolvers<void>();
  const queue = createQueue({
    clock,
    log: fakeLog(),
    async work(key) {
      running.add(key);
      await gate.promise;
      return undefined;
    },
  });
  queue.mark("a");
  queue.mark("b");
  assert.deepEqual([...running], ["a", "b"]);
  gate.resolve();
  await queue.close();
});

Deno.test("a key is worked on again at the time it asked for, and forgotten timers do not ring", async () => {
  const clock = fakeClock(0);
  const times: string[] = [];
  const queue = createQueue({
    clock,
    log: fakeLog(),
    work(key) {
      times.push(`${key}@${clock.now()}`);
      return Promise.resolve(clock.now() < 1_000 ? clock.now() + 400 : undefined);
    },
  });
  queue.mark("a");
  queue.mark("b");
  await clock.settle();
  queue.forget("b");
  await clock.advance(5_000);
  assert.deepEqual(times, ["a@0", "b@0", "a@400", "a@800", "a@1200"]);
  assert.equal(clock.pendingTimers, 0);
  await queue.close();
});

Deno.test("failures are tried again after 1 s doubling to 10 s", async () => {
  const clock = fakeClock(0);
  const tries: number[] = [];
  const queue = createQueue({
    clock,
    log: fakeLog(),
    work() {
      tries.push(clock.now() / 1_000);
      return Promise.reject(new Error("away"));
    },
  });
  queue.mark("a");
  await clock.advance(40_000);
  assert.deepEqual(tries, [0, 1, 3, 7, 15, 25, 35]);
  await queue.close();
  assert.equal(clock.pendingTimers, 0);
});
