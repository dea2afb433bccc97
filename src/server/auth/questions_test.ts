/** Questions are asked once, few at a time, and given up in time. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { Failed, Unavailable } from "../../ports/errors.ts";
import { createQuestions } from "./questions.ts";

function setup() {
  const clock = fakeClock();
  const asked: { readonly key: string; readonly answer: PromiseWithResolvers<string> }[] = [];
  const questions = createQuestions<string>({ clock, pace: { perSecond: 10, burst: 50 } });
  const ask = (key: string): Promise<string> =>
    questions.answer(key, () => {
      const answer = Promise.withResolvers<string>();
      asked.push({ key, answer });
      return answer.promise;
    });
  return { clock, asked, ask };
}

Deno.test("the same question at the same time is asked once", async () => {
  const { clock, asked, ask } = setup();
  const answers = [ask("a"), ask("a"), ask("b")];
  assert.deepEqual(asked.map(({ key }) => key), ["a", "b"]);
  for (const { key, answer } of asked) answer.resolve(`${key}!`);
  assert.deepEqual(await Promise.all(answers), ["a!", "a!", "b!"]);
  void ask("a");
  assert.equal(asked.length, 3);
  asked[2]?.answer.resolve("");
  await clock.settle();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("who asks hears of a failure, and the next one asks again", async () => {
  const { asked, ask } = setup();
  const both = [ask("a"), ask("a")];
  asked[0]?.answer.reject(new Failed("no"));
  for (const each of both) await assert.rejects(each, Failed);
  const again = ask("a");
  asked[1]?.answer.resolve("yes");
  assert.equal(await again, "yes");
});

Deno.test("nobody waits longer than ten seconds, and the question is not asked twice meanwhile", async () => {
  const { clock, asked, ask } = setup();
  const early = assert.rejects(ask("a"), Unavailable);
  await clock.advance(10_000);
  await early;
  const late = ask("a");
  assert.equal(asked.length, 1);
  asked[0]?.answer.resolve("yes");
  assert.equal(await late, "yes");
});

Deno.test("while the API server is silent, only a few questions lie with it and the rest is refused at once", async () => {
  const { clock, asked, ask } = setup();
  const all = Array.from({ length: 1_000 }, (_, i) => assert.rejects(ask(`${i}`), Unavailable));
  assert.equal(asked.length, 20);
  await clock.advance(10_000);
  await Promise.all(all);
  await assert.rejects(ask("more"), Unavailable);
  for (const { answer } of asked) answer.reject(new Unavailable("gone"));
  await clock.settle();
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("a flood of questions reaches the API server at ten a second", async () => {
  const { clock, asked, ask } = setup();
  for (let i = 0; i < 10 * 2_000; i++) {
    ask(`${i}`).catch(() => {});
    asked.at(-1)?.answer.resolve("no");
    if (i % 20 === 0) await clock.advance(10);
  }
  assert.ok(asked.length >= 140 && asked.length <= 160, `${asked.length} questions`);
});
