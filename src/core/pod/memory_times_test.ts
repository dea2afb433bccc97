/** What becomes of remembered times when the clock is set. */
import { deepEqual, equal } from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { minute, second } from "../instant.ts";
import { deadline } from "./deadline.ts";
import type { PodMemory } from "./memory.ts";
import { believedMemory, movedMemory } from "./memory_times.ts";

const start = Date.UTC(2026, 0, 1);
const failure = { reason: "ErrImagePull", message: "", at: start + 2, delayMs: 10 * second };
const memory: PodMemory = {
  startTime: start,
  stoppingSince: start + 1,
  sandboxFailure: { ...failure, at: start + 3 },
  containers: { main: { crash: { delayMs: 10, at: start + 4, attempt: 1 }, failure } },
};
const hour = 60 * minute;

for (const byMs of [hour, -hour]) {
  Deno.test(`all that is counted from goes with a clock that was set by ${byMs} ms`, () => {
    const moved = movedMemory(memory, { byMs, hasDeadline: true });
    deepEqual(moved, {
      startTime: start,
      clockMovedMs: byMs,
      stoppingSince: start + 1 + byMs,
      sandboxFailure: { ...failure, at: start + 3 + byMs },
      containers: {
        main: {
          crash: { delayMs: 10, at: start + 4 + byMs, attempt: 1 },
          failure: { ...failure, at: start + 2 + byMs },
        },
      },
    });
    deepEqual(movedMemory(moved, { byMs: -byMs, hasDeadline: true }), {
      ...memory,
      clockMovedMs: 0,
    });
  });
}

Deno.test("a memory that has nothing to count from is the same after all, so that nothing is written", () => {
  const plain: PodMemory = { startTime: start, containers: { main: {} } };
  equal(movedMemory(plain, { byMs: hour, hasDeadline: false }), plain);
  equal(believedMemory(plain, { now: start - hour, hasDeadline: false }), plain);
  equal(believedMemory(memory, { now: start + hour, hasDeadline: true }), memory);
});

for (
  const [when, now] of [["in the future", start - hour], [
    "ages ago",
    start + 90_000 * hour,
  ]] as const
) {
  Deno.test(`an end and a life that seem to have begun ${when} are counted from now`, () => {
    const believed = believedMemory(memory, { now, hasDeadline: true });
    deepEqual(believed, { ...memory, stoppingSince: now, clockMovedMs: now - start });
    equal(deadline(pod("web").spec({ activeDeadlineSeconds: 60 }).build(), believed), now + minute);
  });
}

Deno.test("who has no deadline needs not know", () => {
  const believed = believedMemory(memory, { now: start - hour, hasDeadline: false });
  deepEqual(believed, { ...memory, stoppingSince: start - hour });
});
