/** The recorder: repetitions counted, readers woken, memory bounded. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { createEventRecorder } from "./event_recorder.ts";

const pulled = {
  type: "Normal",
  reason: "Pulled",
  message: "Container image present",
  namespace: "default",
  name: "web",
  uid: "web-uid",
  fieldPath: "spec.containers{main}",
} as const;

Deno.test("a repeated event is counted and moves to the end", async () => {
  const clock = fakeClock(1_000);
  const recorder = createEventRecorder(clock);
  recorder.record(pulled);
  recorder.record({ ...pulled, reason: "Created" });
  await clock.advance(500);
  recorder.record(pulled);
  const [created, repeated, ...rest] = recorder.list(0);
  assert.equal(created?.reason, "Created");
  assert.deepEqual(repeated, {
    ...pulled,
    sequence: 3,
    count: 2,
    firstSeen: 1_000,
    lastSeen: 1_500,
  });
  assert.deepEqual(rest, []);
  assert.deepEqual(recorder.list(2).map(({ sequence }) => sequence), [3]);
});

Deno.test("a reader waits for what is new and can give up", async () => {
  const recorder = createEventRecorder(fakeClock());
  const waiting = recorder.next(0, new AbortController().signal);
  recorder.record(pulled);
  await waiting;
  const stop = new AbortController();
  const given = recorder.next(1, stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(given, /enough/);
});

Deno.test("no more than 1,000 different events are kept, the newest", () => {
  const recorder = createEventRecorder(fakeClock());
  for (let i = 0; i < 1_500; i++) recorder.record({ ...pulled, message: `${i}` });
  const kept = recorder.list(0);
  assert.equal(kept.length, 1_000);
  assert.equal(kept.at(0)?.message, "500");
});
