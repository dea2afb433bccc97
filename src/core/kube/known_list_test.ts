/** What lists and watches make of what is known. */
import assert from "node:assert/strict";
import { afterEvents, afterList, type KnownList, nothingKnown } from "./known_list.ts";
import type { KubeObject } from "./resource.ts";

function object(name: string, version: number, uid = `uid-${name}`): KubeObject {
  return { metadata: { name, namespace: "default", uid, resourceVersion: String(version) } };
}

function list(version: string, ...items: readonly KubeObject[]) {
  return { resourceVersion: version, items };
}

function names({ items }: KnownList<KubeObject>): readonly string[] {
  return [...items.values()].map(({ metadata }) => metadata?.name ?? "");
}

const start = afterList(nothingKnown<KubeObject>(), list("10", object("a", 4), object("b", 7)));

Deno.test("a list is taken as it is", () => {
  assert.deepEqual(names(start), ["a", "b"]);
  assert.equal(start.version, "10");
});

Deno.test("a later list takes away, and keeps the objects that did not change", () => {
  const later = afterList(start, list("20", object("b", 7), object("c", 15)));
  assert.deepEqual(names(later), ["b", "c"]);
  assert.equal(later.items.get("default/b"), start.items.get("default/b"));
  const changed = afterList(start, list("20", object("a", 12), object("b", 7, "uid-other")));
  assert.notEqual(changed.items.get("default/a"), start.items.get("default/a"));
  assert.notEqual(changed.items.get("default/b"), start.items.get("default/b"));
});

Deno.test("events are taken in their order", () => {
  const after = afterEvents(start, [
    { type: "ADDED", object: object("c", 11) },
    { type: "MODIFIED", object: object("a", 12) },
    { type: "DELETED", object: object("c", 13) },
    { type: "ADDED", object: object("c", 14, "uid-again") },
    { type: "DELETED", object: object("b", 15) },
  ]);
  assert.deepEqual(names(after), ["a", "c"]);
  assert.equal(after.items.get("default/c")?.metadata?.uid, "uid-again");
  assert.equal(after.version, "15");
  assert.deepEqual(names(start), ["a", "b"]);
});

Deno.test("a bookmark moves the version and nothing else", () => {
  const after = afterEvents(start, [
    { type: "BOOKMARK", object: { metadata: { resourceVersion: "99" } } },
  ]);
  assert.equal(after.version, "99");
  assert.equal(after.items, start.items);
});

Deno.test("names in different namespaces are different objects", () => {
  const other = { metadata: { name: "a", namespace: "other", resourceVersion: "11" } };
  const after = afterEvents(start, [{ type: "ADDED", object: other }]);
  assert.equal(after.items.size, 3);
});

const older = afterList(start, list("5", object("a", 4)));

Deno.test("an older list takes nothing away", () => {
  assert.deepEqual(names(older), ["a", "b"]);
  assert.deepEqual([...older.unconfirmed], ["default/b"]);
  assert.equal(older.version, "5");
});

Deno.test("what the older server deletes is deleted, what it makes is known again", () => {
  const deleted = afterEvents(older, [{ type: "DELETED", object: object("b", 6) }]);
  assert.deepEqual(names(deleted), ["a"]);
  const made = afterEvents(older, [{ type: "ADDED", object: object("b", 6) }]);
  assert.equal(made.unconfirmed.size, 0);
});

Deno.test("what it has not told of once it is as far as we were is gone", () => {
  const nearly = afterEvents(older, [{ type: "MODIFIED", object: object("a", 9) }]);
  assert.deepEqual(names(nearly), ["a", "b"]);
  const there = afterEvents(nearly, [
    { type: "BOOKMARK", object: { metadata: { resourceVersion: "10" } } },
  ]);
  assert.deepEqual(names(there), ["a"]);
  assert.deepEqual(names(afterList(older, list("10", object("a", 4)))), ["a"]);
});

Deno.test("two older lists after each other still take nothing away", () => {
  const again = afterList(older, list("6", object("a", 4)));
  assert.deepEqual(names(again), ["a", "b"]);
});

Deno.test("versions that are no numbers are not compared", () => {
  const odd = afterList(nothingKnown<KubeObject>(), list("x1", object("a", 1)));
  assert.deepEqual(names(afterList(odd, list("x0"))), []);
});
