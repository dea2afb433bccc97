import assert from "node:assert/strict";
import { fakeRandom, seededRandom } from "../fakes/random.ts";
import type { Operation } from "./operation.ts";
import { type PowerCut, powerCuts, sectorBytes, withoutSyncs } from "./power_cut.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const create = (name: string): Operation => ({ kind: "Create", name });
const sync = (name: string): Operation => ({ kind: "Sync", name });
const syncFolder: Operation = { kind: "SyncFolder" };
const said: Operation = { kind: "Say", text: "done" };
const write = (name: string, text: string, at = 0): Operation => ({
  kind: "Write",
  name,
  at,
  bytes: bytes(text),
});

/** `a=text b=…`, names in order. */
function shown({ files }: PowerCut): string {
  return [...files].toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([name, content]) => `${name}=${new TextDecoder().decode(content)}`).join(" ");
}

/** All cuts after the last operation; that something is said there makes each of them a case of its own. */
function cutsAtEnd(operations: readonly Operation[]): readonly PowerCut[] {
  const options = { random: seededRandom(1), samples: 200 };
  return [...powerCuts([...operations, said], options)].filter(({ after }) =>
    after > operations.length
  );
}

function waysAtEnd(operations: readonly Operation[]): readonly string[] {
  return [...new Set(cutsAtEnd(operations).map(shown))].toSorted();
}

Deno.test("each prefix is a case", () => {
  const operations = [create("a"), write("a", "x"), write("a", "y", 1)];
  const cuts = [...powerCuts(operations, { random: fakeRandom(), samples: 0 })];
  const whole = cuts.filter(({ kept }) => kept === "everything");
  assert.deepEqual(whole.map(shown), ["", "a=", "a=x", "a=xy"]);
});

Deno.test("what is synced outlives any cut", () => {
  const operations = [create("a"), write("a", "x"), sync("a"), syncFolder];
  assert.deepEqual(cutsAtEnd(operations).map(shown), ["a=x"]);
});

Deno.test("what was synced before stays while newer writes may be lost, in any order", () => {
  const before = [create("a"), write("a", "...."), sync("a"), syncFolder];
  const ways = waysAtEnd([...before, write("a", "1"), write("a", "2", 2)]);
  assert.deepEqual(ways, ["a=....", "a=..2.", "a=1...", "a=1.2."]);
});

Deno.test("a synced file may lack its name until the folder is synced", () => {
  assert.deepEqual(waysAtEnd([create("a"), write("a", "x"), sync("a")]), ["", "a=x"]);
});

Deno.test("a file renamed over another is there as one of the two", () => {
  const before = [create("a"), write("a", "old"), sync("a"), create("b"), syncFolder];
  const rename: Operation = { kind: "Rename", name: "b", to: "a" };
  const ways = waysAtEnd([...before, write("b", "new"), sync("b"), rename]);
  assert.deepEqual(ways, ["a=new", "a=old b=new"]);
});

Deno.test("a file that was removed may come back", () => {
  const before = [create("a"), write("a", "x"), sync("a"), syncFolder];
  assert.deepEqual(waysAtEnd([...before, { kind: "Remove", name: "a" }]), ["", "a=x"]);
});

Deno.test("a file may keep the size that it had before it was cut short", () => {
  const before = [create("a"), write("a", "long"), sync("a"), syncFolder];
  assert.deepEqual(waysAtEnd([...before, { kind: "Truncate", name: "a", size: 1 }]), [
    "a=l",
    "a=long",
  ]);
});

Deno.test("a lost write may leave zeros where the file has grown", () => {
  const ways = waysAtEnd([create("a"), syncFolder, write("a", "xy")]);
  assert.ok(ways.includes("a=\0\0"), ways.join());
});

Deno.test("a write may be torn between sectors, and only there", () => {
  const before = [create("a"), write("a", ".".repeat(3 * sectorBytes)), sync("a"), syncFolder];
  const torn = write("a", "x".repeat(sectorBytes), sectorBytes / 2);
  const pieces = waysAtEnd([...before, torn]).map((way) => way.replace(/(.)\1+/g, "$1"));
  assert.deepEqual(pieces, ["a=.", "a=.x.", "a=.x.", "a=.x."]);
});

Deno.test("the same files are one case, unless something was said in between", () => {
  const options = { random: fakeRandom(), samples: 0 };
  const cuts = [...powerCuts([create("a"), syncFolder, said], options)];
  assert.deepEqual(cuts.map(({ after }) => after), [0, 1, 3]);
});

Deno.test("the same seed gives the same cuts", () => {
  const operations = [create("a"), write("a", "x"), create("b"), write("b", "y")];
  const all = () => [...powerCuts(operations, { random: seededRandom(7), samples: 9 })].map(shown);
  assert.deepEqual(all(), all());
});

Deno.test("a disk that only says it has synced keeps nothing for sure", () => {
  const operations = [create("a"), write("a", "x"), sync("a"), syncFolder];
  assert.ok(waysAtEnd(withoutSyncs(operations)).includes(""));
});
