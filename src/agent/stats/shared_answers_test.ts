/** Tests of answers that several share. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { keptFor, once, together } from "./shared_answers.ts";

/** Counts its calls, and answers with their number. */
function counted(): () => Promise<number> {
  let calls = 0;
  return () => Promise.resolve(++calls);
}

Deno.test("together: those who ask at once get the same, those who ask later another", async () => {
  const ask = together(counted());
  assert.deepEqual(await Promise.all([ask(), ask()]), [1, 1]);
  assert.equal(await ask(), 2);
});

Deno.test("together: after a failure it is tried again", async () => {
  const answers = [Promise.reject(new Error("away")), Promise.resolve(2)];
  answers[0]?.catch(() => {});
  const ask = together(() => answers.shift() ?? assert.fail());
  await assert.rejects(ask(), /away/);
  assert.equal(await ask(), 2);
});

Deno.test("once: there is one answer", async () => {
  const ask = once(counted());
  assert.deepEqual([await ask(), await ask()], [1, 1]);
});

Deno.test("keptFor: an answer is kept so long and no longer", async () => {
  const clock = fakeClock();
  const ask = keptFor({ ms: 1000, clock }, counted());
  assert.deepEqual(await Promise.all([ask(), ask()]), [1, 1]);
  await clock.advance(999);
  assert.equal(await ask(), 1);
  await clock.advance(1);
  assert.equal(await ask(), 2);
});

Deno.test("keptFor: a failure is not kept", async () => {
  const clock = fakeClock();
  const answers = [Promise.reject(new Error("away")), Promise.resolve(2)];
  answers[0]?.catch(() => {});
  const ask = keptFor({ ms: 1000, clock }, () => answers.shift() ?? assert.fail());
  await assert.rejects(ask(), /away/);
  assert.equal(await ask(), 2);
});
