/** Several bridges share the nodes out without a word. */
import assert from "node:assert/strict";
import { ownerOf } from "./owner.ts";

const nodes = Array.from({ length: 300 }, (_, index) => `edge-${index}`);

Deno.test("whoever asks, and in whatever order, one bridge is a node's", () => {
  for (const node of nodes) {
    assert.equal(ownerOf(node, ["a", "b", "c"]), ownerOf(node, ["c", "a", "b"]));
  }
});

Deno.test("each has its share", () => {
  const shares = Map.groupBy(nodes, (node) => ownerOf(node, ["a", "b", "c"]));
  for (const member of ["a", "b", "c"]) assert.ok((shares.get(member)?.length ?? 0) > 60, member);
});

Deno.test("when one goes, the nodes of the others stay where they are", () => {
  for (const node of nodes) {
    const before = ownerOf(node, ["a", "b", "c"]);
    if (before !== "c") assert.equal(ownerOf(node, ["a", "b"]), before);
  }
});

Deno.test("nobody owns anything where there is nobody", () => {
  assert.equal(ownerOf("edge-1", []), null);
});
