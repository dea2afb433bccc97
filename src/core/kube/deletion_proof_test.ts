/** Which servers are believed when they do not show pods any more. */
import assert from "node:assert/strict";
import { type Absence, holdReason } from "./deletion_proof.ts";

const all: Absence = { cluster: "Same", hasOlderData: false, absent: 10, known: 10 };

const cases: readonly (readonly [string, Partial<Absence>, ReturnType<typeof holdReason>])[] = [
  ["the same cluster may delete all pods", {}, null],
  ["with older data it may not", { hasOlderData: true }, "OlderData"],
  ["nor more than half of them", { hasOlderData: true, absent: 6 }, "OlderData"],
  ["half of them it may", { hasOlderData: true, absent: 5 }, null],
  ["another cluster may delete none", { cluster: "Other", absent: 1 }, "OtherCluster"],
  ["where nothing is missing nothing is held", { cluster: "Other", absent: 0 }, null],
];

for (const [what, absence, expected] of cases) {
  Deno.test(`deletion proof: ${what}`, () => {
    assert.equal(holdReason({ ...all, ...absence }), expected);
  });
}
