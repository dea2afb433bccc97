/** Memories while the disk takes none, and afterwards. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { fakeStore } from "../../tests/fakes/store.ts";
import { newMemory } from "../core/pod/memory.ts";
import { keptMemories } from "./kept_memories.ts";
import { createLazyWrites } from "./lazy_writes.ts";

Deno.test("the newest memory of each pod is written when the disk takes it again, and one log line tells of it", async () => {
  const [clock, log] = [fakeClock(), fakeLog()];
  const { disk, memories } = fakeStore();
  const writes = createLazyWrites({ clock, log, what: "memories" });
  const kept = keptMemories(memories, writes);
  await kept.save("a", newMemory(1));
  await kept.save("b", newMemory(1));
  disk.full = true;
  await kept.save("a", newMemory(2));
  await kept.save("a", newMemory(3));
  await kept.remove("b");
  await clock.advance(120_000);
  assert.deepEqual([...await memories.load()], [["a", newMemory(1)], ["b", newMemory(1)]]);
  disk.full = false;
  await clock.advance(30_000);
  assert.deepEqual([...await memories.load()], [["a", newMemory(3)]]);
  assert.equal(log.messages("warn").length, 1);
  await kept.save("a", newMemory(4));
  assert.deepEqual([...await memories.load()], [["a", newMemory(4)]]);
  await writes.close();
});
