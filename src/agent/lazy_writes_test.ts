/** Writes that nobody waits for, on a disk that may be full. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { FakeDisk } from "../../tests/fakes/disk.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { createLazyWrites } from "./lazy_writes.ts";

function story() {
  const clock = fakeClock();
  const log = fakeLog();
  const disk = new FakeDisk();
  const written: string[] = [];
  const writes = createLazyWrites({ clock, log, what: "letters" });
  const put = (key: string, text: string): void =>
    writes.put(key, () => disk.write(() => void written.push(text)));
  return { clock, log, disk, written, writes, put };
}

Deno.test("of each thing the newest is written", async () => {
  const { clock, written, put, writes } = story();
  put("a", "a1");
  put("b", "b1");
  put("a", "a2");
  put("a", "a3");
  await clock.settle();
  assert.deepEqual(written, ["a1", "b1", "a3"]);
  put("a", "a4");
  await writes.close();
  assert.deepEqual(written, ["a1", "b1", "a3", "a4"]);
});

Deno.test("a slow write is not overtaken by the next one of its key", async () => {
  const { clock, writes, written } = story();
  const slow = Promise.withResolvers<void>();
  writes.put("a", () => slow.promise.then(() => void written.push("slow")));
  writes.put("a", () => Promise.resolve(void written.push("fast")));
  await clock.settle();
  assert.deepEqual(written, []);
  slow.resolve();
  await clock.settle();
  assert.deepEqual(written, ["slow", "fast"]);
  await writes.close();
});

Deno.test("while the disk is full it is tried again, the newest alone, and told of once", async () => {
  const { clock, log, disk, written, put, writes } = story();
  disk.full = true;
  put("a", "a1");
  await clock.advance(60_000);
  put("a", "a2");
  await clock.advance(60_000);
  assert.deepEqual(log.messages("warn"), ["Could not store letters, trying again"]);
  disk.full = false;
  await clock.advance(30_000);
  assert.deepEqual(written, ["a2"]);
  disk.full = true;
  put("a", "a3");
  await clock.settle();
  assert.equal(log.messages("warn").length, 2, "the next time is another matter");
  await writes.close();
  disk.full = false;
  await clock.advance(600_000);
  assert.deepEqual(written, ["a2"], "nothing is written after the end");
});
