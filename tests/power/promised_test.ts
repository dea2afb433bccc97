import assert from "node:assert/strict";
import { broken, promised } from "./promised.ts";
import type { Saying } from "./said_store.ts";

const asked = (call: number, value: string | null, key = "a"): Saying => ({
  kind: "Asked",
  call,
  changes: [{ key, value }],
});
const removed = (call: number, removed: { from: string; to: string }): Saying => ({
  kind: "Asked",
  call,
  changes: [{ removed }],
});
const done = (call: number): Saying => ({ kind: "Done", call });
const failed = (call: number): Saying => ({ kind: "Failed", call });

const cases: readonly {
  readonly what: string;
  readonly said: readonly Saying[];
  readonly may: readonly (string | null)[];
}[] = [
  { what: "what is under way may be there or not", said: [asked(1, "x")], may: [null, "x"] },
  { what: "what is done is there", said: [asked(1, "x"), done(1)], may: ["x"] },
  {
    what: "until something newer is asked for",
    said: [asked(1, "x"), done(1), asked(2, "y")],
    may: ["x", "y"],
  },
  {
    what: "the newest that is done counts, whatever answers later",
    said: [asked(1, "x"), asked(2, "y"), done(2), done(1)],
    may: ["y"],
  },
  {
    what: "what failed is not there",
    said: [asked(1, "x"), done(1), asked(2, "y"), failed(2)],
    may: ["x"],
  },
  {
    what: "what is removed is gone",
    said: [asked(1, "x"), done(1), asked(2, null), done(2)],
    may: [null],
  },
  {
    what: "all that lies between two keys is removed together",
    said: [asked(1, "x"), done(1), removed(2, { from: "a", to: "b" }), done(2)],
    may: [null],
  },
  {
    what: "what lies beyond them stays",
    said: [asked(1, "x"), done(1), removed(2, { from: "b", to: "c" }), done(2)],
    may: ["x"],
  },
];

for (const { what, said, may } of cases) {
  Deno.test(`of what a store said is promised: ${what}`, () => {
    assert.deepEqual(promised(said).get("a"), may);
  });
}

Deno.test("what is lost, changed or come back breaks the promise; what is as it may be does not", () => {
  const promises = new Map([["a", ["x"]], ["b", [null, "y"]], ["c", [null]]]);
  const find = (found: Readonly<Record<string, string>>) =>
    broken(promises, new Map(Object.entries(found)));
  assert.deepEqual(find({ a: "x" }), []);
  assert.deepEqual(find({ a: "x", b: "y" }), []);
  assert.deepEqual(find({}), ["a"]);
  assert.deepEqual(find({ a: "z", b: "z", c: "z", d: "z" }), ["a", "b", "c", "d"]);
});
