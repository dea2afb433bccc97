import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { type ChangeHint, createChangeHints } from "./change_hint.ts";

/** Which of them a change of the folder wakes, with the clock standing still; `first` must be one of those. */
async function woken(
  folder: string,
  [first, ...others]: readonly [ChangeHint, ...ChangeHint[]],
): Promise<readonly boolean[]> {
  const stop = new AbortController();
  const wait = (hint: ChangeHint) => hint.wait(1_000, stop.signal).then(() => !stop.signal.aborted);
  const rest = others.map(wait);
  // Two changes, one after another has been heard of: what was to be heard of the first one was.
  for (const name of ["one", "two"]) {
    const heard = wait(first);
    await Deno.writeTextFile(`${folder}/${name}`, "x");
    await heard;
  }
  stop.abort();
  return await Promise.all(rest);
}

Deno.test("only so many readers are woken by changes, and one that ends makes room for the next", async () => {
  using temporary = temporaryFolder();
  const hints = createChangeHints(fakeClock(), 2);
  using first = hints(temporary.path);
  const second = hints(temporary.path);
  using third = hints(temporary.path);
  assert.deepEqual(await woken(temporary.path, [first, third]), [false]);
  second[Symbol.dispose]();
  second[Symbol.dispose]();
  using fourth = hints(temporary.path);
  using fifth = hints(temporary.path);
  assert.deepEqual(await woken(temporary.path, [fourth, fifth]), [false]);
  assert.deepEqual(await woken(temporary.path, [first]), []);
});

Deno.test("a folder that is not there gives no hints and takes no place", async () => {
  using temporary = temporaryFolder();
  const hints = createChangeHints(fakeClock(), 1);
  using missing = hints(`${temporary.path}/missing`);
  using there = hints(temporary.path);
  assert.deepEqual(await woken(temporary.path, [there, missing]), [false]);
});
