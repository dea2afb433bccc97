/** How far a pull has come, on a clock that is moved by hand. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import type { PullProgress } from "../../ports/images.ts";
import type { Channel } from "./channel.ts";
import { createDownloads, createPullProgress } from "./pull_progress.ts";

const blob = (ref: string, offset: bigint, total: bigint) => ({ ref, offset, total });

Deno.test("a download that has vanished is complete", () => {
  const downloads = createDownloads();
  assert.ok(downloads.see([blob("a", 10n, 100n), blob("b", 0n, 50n)]));
  assert.deepEqual(downloads.sum(), { doneBytes: 10, totalBytes: 150 });
  assert.ok(downloads.see([blob("b", 20n, 50n)]));
  assert.deepEqual(downloads.sum(), { doneBytes: 120, totalBytes: 150 });
  assert.ok(!downloads.see([blob("b", 20n, 50n)]), "nothing has changed");
});

const onDownloads = () => Promise.resolve();

/** A content store whose one download grows by a byte with every look. */
function setUp() {
  const clock = fakeClock();
  let looks = 0;
  const channel = {
    unary: () => Promise.resolve({ statuses: [blob("a", BigInt(++looks), 100n)] }),
  } as unknown as Channel;
  return { clock, progress: createPullProgress({ channel, clock }), looks: () => looks };
}

Deno.test("progress is told once a second while the pull lasts", async () => {
  const { clock, progress } = setUp();
  const told: PullProgress[] = [];
  const stop = progress.watch({ onProgress: (at) => void told.push(at), onDownloads });
  await clock.advance(2_500);
  stop();
  await clock.advance(10_000);
  assert.deepEqual(told.map(({ doneBytes }) => doneBytes), [1, 2]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("of two pulls at once nothing is told, for nobody knows whose bytes they are", async () => {
  const { clock, progress } = setUp();
  const told: PullProgress[] = [];
  const stopOne = progress.watch({ onProgress: (at) => void told.push(at), onDownloads });
  const stopOther = progress.watch({ onDownloads });
  await clock.advance(3_000);
  assert.deepEqual(told, []);
  stopOther();
  await clock.advance(1_000);
  assert.equal(told.length, 1);
  stopOne();
});

Deno.test("the downloads under way are told by their references", async () => {
  const { clock, progress } = setUp();
  const told: (readonly string[])[] = [];
  const stop = progress.watch({ onDownloads: (refs) => Promise.resolve(void told.push(refs)) });
  await clock.advance(2_500);
  stop();
  assert.deepEqual(told, [["a"], ["a"]]);
});
