/** When the API server's data went back. */
import assert from "node:assert/strict";
import { createDataAge } from "./data_age.ts";

function object(resourceVersion: string): { readonly metadata: { resourceVersion: string } } {
  return { metadata: { resourceVersion } };
}

function notices(...seen: readonly (readonly [path: string, version: string])[]): number {
  const age = createDataAge();
  let count = 0;
  using _notice = age.onOlder(() => count++);
  for (const [path, version] of seen) age.saw(path, object(version));
  return count;
}

Deno.test("an object that goes on, or stays, is no news", () => {
  assert.equal(notices(["a", "7"], ["a", "7"], ["a", "10"]), 0);
});

Deno.test("an older object shows that the data went back, once", () => {
  assert.equal(notices(["a", "7"], ["b", "9"], ["a", "6"], ["a", "6"], ["b", "5"]), 1);
});

Deno.test("versions of different objects say nothing of each other", () => {
  assert.equal(notices(["a", "7"], ["b", "2"], ["c", "1"]), 0);
});

Deno.test("what has no version, or one that is no number, is passed over", () => {
  assert.equal(notices(["a", "7"], ["a", ""], ["a", "x"]), 0);
  const age = createDataAge();
  age.saw("a", {});
});

Deno.test("who does not listen any more is not told", () => {
  const age = createDataAge();
  let count = 0;
  age.onOlder(() => count++)[Symbol.dispose]();
  age.saw("a", object("2"));
  age.saw("a", object("1"));
  assert.equal(count, 0);
});
