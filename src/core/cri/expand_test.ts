/** References and escapes, as Kubernetes' own expansion treats them. */
import assert from "node:assert/strict";
import { expand } from "./expand.ts";

const values = new Map([["A", "1"], ["B", "two"], ["EMPTY", ""], ["DOLLAR", "$(A)$$"], [
  "a b",
  "x",
]]);

const cases: readonly (readonly [text: string, expanded: string])[] = [
  ["", ""],
  ["plain", "plain"],
  ["$(A)", "1"],
  ["$(A)$(B)", "1two"],
  ["--port=$(A)/$(B).", "--port=1/two."],
  ["[$(EMPTY)]", "[]"],
  ["$(a b)", "x"],
  ["$(UNKNOWN)", "$(UNKNOWN)"],
  ["$()", "$()"],
  ["$(DOLLAR)", "$(A)$$"],
  ["$$(A)", "$(A)"],
  ["$$$(A)", "$1"],
  ["$$$$(A)", "$$(A)"],
  ["$$$$$(A)", "$$1"],
  ["$$", "$"],
  ["$$$", "$$"],
  ["$", "$"],
  ["$A", "$A"],
  ["${A}", "${A}"],
  ["100$ $(A)", "100$ 1"],
  ["$(A", "$(A"],
  ["$(A$$", "$(A$"],
  ["$(A $(B)", "$(A $(B)"],
  ["$((A))", "$((A))"],
  ["$(A))", "1)"],
  ["$)$(A)", "$)1"],
  [")$$(A", ")$(A"],
];

for (const [text, expanded] of cases) {
  Deno.test(`"${text}" expands to "${expanded}"`, () => {
    assert.equal(expand(text, (name) => values.get(name)), expanded);
  });
}

Deno.test("a text full of references that never end takes no time", () => {
  const text = "$(".repeat(1_000_000);
  assert.equal(expand(text, () => "never"), text);
});
