/** Events are told one by one until there are too many of them. */
import assert from "node:assert/strict";
import type { PodEvent } from "../event.ts";
import { correlate, type Correlated, noCorrelation } from "./event_correlation.ts";

function about(name: string, message: string): PodEvent {
  return {
    type: "Warning",
    reason: "Unhealthy",
    message,
    namespace: "default",
    name,
    uid: name,
    fieldPath: "",
  };
}

function toldOf(
  given: readonly { readonly event: PodEvent; readonly at: number }[],
): readonly (Correlated | null)[] {
  let correlation = noCorrelation;
  return given.map(({ event, at }) => {
    const next = correlate(correlation, event, at);
    correlation = next.correlation;
    return next.event;
  });
}

Deno.test("the same message is the same event, another one is another", () => {
  const [one, again, other] = toldOf(
    ["a", "a", "b"].map((message) => ({ event: about("web", message), at: 0 })),
  );
  assert.equal(one?.key, again?.key);
  assert.notEqual(one?.key, other?.key);
});

Deno.test("from ten messages on they are told as one", () => {
  const told = toldOf(
    Array.from({ length: 12 }, (_, n) => ({ event: about("web", `m${n}`), at: n })),
  );
  assert.deepEqual(told.map((each) => each?.combined), [
    ...Array.from({ length: 9 }, () => false),
    true,
    true,
    true,
  ]);
  assert.equal(told[9]?.message, "(combined from similar events): m9");
  assert.equal(told[9]?.key, told[11]?.key);
});

Deno.test("ten quiet minutes, and messages are told one by one again", () => {
  const many = Array.from({ length: 12 }, (_, n) => ({ event: about("web", `m${n}`), at: n }));
  const told = toldOf([...many, { event: about("web", "late"), at: 600_100 }]);
  assert.equal(told.at(-1)?.combined, false);
});

Deno.test("an object has 25 events at once and one every five minutes, and others have their own", () => {
  const told = toldOf([
    ...Array.from({ length: 26 }, () => ({ event: about("web", "m"), at: 0 })),
    { event: about("db", "m"), at: 0 },
    { event: about("web", "m"), at: 301_000 },
    { event: about("web", "m"), at: 301_000 },
  ]);
  assert.deepEqual(told.map((each) => each !== null), [
    ...Array.from({ length: 25 }, () => true),
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("warnings do not use up what normal events have", () => {
  const warnings = Array.from({ length: 26 }, () => ({ event: about("web", "m"), at: 0 }));
  const started: PodEvent = { ...about("web", "m"), type: "Normal", reason: "Started" };
  const told = toldOf([...warnings, { event: started, at: 0 }]);
  assert.equal(told.at(-2), null);
  assert.notEqual(told.at(-1), null);
});
