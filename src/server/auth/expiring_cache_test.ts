/** What a cache forgets: the old by time, and the long unused by number. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { createExpiringCache } from "./expiring_cache.ts";

Deno.test("an entry ends with its time, whatever the wall clock says", async () => {
  const clock = fakeClock();
  const cache = createExpiringCache<number>({ clock, size: 2 });
  cache.set("a", 1, 1_000);
  clock.setWall(0);
  await clock.advance(999);
  assert.equal(cache.get("a"), 1);
  await clock.advance(1);
  assert.equal(cache.get("a"), undefined);
});

Deno.test("the entry that was not used for longest makes room", () => {
  const cache = createExpiringCache<number>({ clock: fakeClock(), size: 2 });
  cache.set("a", 1, 1_000);
  cache.set("b", 2, 1_000);
  cache.get("a");
  cache.set("c", 3, 1_000);
  assert.deepEqual(["a", "b", "c"].map(cache.get), [1, undefined, 3]);
});

Deno.test("nothing is kept for no time, and what was there goes", () => {
  const cache = createExpiringCache<number>({ clock: fakeClock(), size: 2 });
  cache.set("a", 1, 1_000);
  cache.set("a", 2, 0);
  assert.equal(cache.get("a"), undefined);
});
