/** Reading real log files: large ones, growing ones, and across rotations. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { systemClock } from "../clock.ts";
import { createChangeHints } from "./change_hint.ts";
import { readLog, type ReadLogOptions } from "./log_reader.ts";

const line = (text: string): string => `2026-01-02T03:04:05.5Z stdout F ${text}\n`;

/** Runs with a log in a directory that is gone afterwards. */
async function withLog(text: string, body: (path: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "skerry-log-" });
  try {
    await Deno.writeTextFile(`${directory}/0.log`, text);
    await body(`${directory}/0.log`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function request(path: string, more: Partial<ReadLogOptions> = {}): ReadLogOptions {
  return {
    path,
    options: { follow: false, timestamps: false },
    isEnded: () => false,
    clock: systemClock(),
    hints: createChangeHints(more.clock ?? systemClock()),
    signal: new AbortController().signal,
    ...more,
  };
}

async function next(reading: AsyncGenerator<Uint8Array>): Promise<string | undefined> {
  const step = await reading.next();
  return step.done ? undefined : new TextDecoder().decode(step.value);
}

Deno.test("a large log is read in pieces that stay small", async () => {
  await withLog(line("x".repeat(1_000)).repeat(2_000), async (path) => {
    let bytes = 0;
    for await (const piece of readLog(request(path))) {
      assert.ok(piece.length <= 128 * 1_024, `${piece.length} bytes at once`);
      bytes += piece.length;
    }
    assert.equal(bytes, 2_000 * 1_001);
  });
});

Deno.test("the tail of a large log is found across blocks", async () => {
  await withLog(line("x".repeat(999)).repeat(300) + line("last"), async (path) => {
    let text = "";
    const options = { follow: false, timestamps: false, tailLines: 200 };
    for await (const piece of readLog(request(path, { options }))) {
      text += new TextDecoder().decode(piece);
    }
    assert.equal(text, `${"x".repeat(999)}\n`.repeat(199) + "last\n");
  });
});

const follow = { follow: true, timestamps: false };

Deno.test("what is written is given at once, not at the next poll", async () => {
  await withLog(line("a"), async (path) => {
    // This clock stands still: only the hint of a change can wake the reader.
    const reading = readLog(request(path, { options: follow, clock: fakeClock() }));
    assert.equal(await next(reading), "a\n");
    const following = next(reading);
    await Deno.writeTextFile(path, line("b"), { append: true });
    assert.equal(await following, "b\n");
    await reading.return(undefined);
  });
});

Deno.test("a log that was truncated is read from its new beginning", async () => {
  await withLog(line("a long line of text"), async (path) => {
    const reading = readLog(request(path, { options: follow }));
    assert.equal(await next(reading), "a long line of text\n");
    await Deno.writeTextFile(path, line("b"));
    assert.equal(await next(reading), "b\n");
    await reading.return(undefined);
  });
});

Deno.test("what the runtime still writes to the old file comes before the new one", async () => {
  await withLog(line("a"), async (path) => {
    const clock = fakeClock();
    const reading = readLog(request(path, { options: follow, clock }));
    assert.equal(await next(reading), "a\n");
    const following = next(reading);
    await Deno.rename(path, `${path}.old`);
    await Deno.writeTextFile(path, line("c"));
    while (clock.nextTimerMs !== 50) await clock.settle();
    await Deno.writeTextFile(`${path}.old`, line("b"), { append: true });
    await clock.advance(50);
    assert.equal(await following, "b\n");
    assert.equal(await next(reading), "c\n");
    await reading.return(undefined);
  });
});

Deno.test("a follower of a log that was removed ends with its container", async () => {
  await withLog(line("a"), async (path) => {
    let ended = false;
    const reading = readLog(request(path, { options: follow, isEnded: () => ended }));
    assert.equal(await next(reading), "a\n");
    const last = next(reading);
    ended = true;
    await Deno.remove(path);
    assert.equal(await last, undefined);
  });
});

Deno.test("an aborted signal ends it with no timer left", async () => {
  await withLog(line("a"), async (path) => {
    const stop = new AbortController();
    const clock = fakeClock();
    const reading = readLog(request(path, { options: follow, clock, signal: stop.signal }));
    assert.equal(await next(reading), "a\n");
    const last = next(reading);
    while (clock.pendingTimers === 0) await clock.settle();
    stop.abort();
    assert.equal(await last, undefined);
    assert.equal(clock.pendingTimers, 0);
  });
});
