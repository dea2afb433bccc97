/** How fast what has gathered is told. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { backlogRate, createPace } from "./request_pace.ts";

Deno.test("the first turn comes after a second, then fewer than ten each second", async () => {
  const clock = fakeClock();
  const pace = createPace(clock, backlogRate);
  const turns: number[] = [];
  const start = clock.monotonic();
  const all = Promise.all(
    Array.from({ length: 50 }, () => pace().then(() => turns.push(clock.monotonic() - start))),
  );
  await clock.advance(10_000);
  await all;
  assert.ok((turns[0] ?? 0) >= 1_000);
  for (const from of turns) {
    assert.ok(turns.filter((each) => each >= from && each < from + 1_000).length <= 8);
  }
  assert.ok((turns.at(-1) ?? Infinity) < 9_000);
});
