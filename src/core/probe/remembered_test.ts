/** What of verdicts outlives the agent. */
import assert from "node:assert/strict";
import { newMemory } from "../pod/memory.ts";
import { firstVerdict, rememberVerdicts } from "./remembered.ts";
import { noVerdicts } from "./verdict.ts";

const memory = newMemory(0);
const found = rememberVerdicts(
  memory,
  new Map([
    ["a", { startup: "Success", liveness: "Failure", readiness: "Failure" }],
    ["b", { readiness: "Success" }],
  ]),
);

Deno.test("who has started and who is ready is remembered, who is dead is not", () => {
  assert.deepEqual(found.probed, { started: ["a"], ready: ["b"] });
  const first = (id: string) =>
    (["startup", "liveness", "readiness"] as const).map((kind) =>
      firstVerdict(found, { id, kind })
    );
  assert.deepEqual(first("a"), ["Success", "Success", "Failure"]);
  assert.deepEqual(first("b"), ["Unknown", "Success", "Success"]);
  assert.deepEqual(first("c"), ["Unknown", "Success", "Failure"]);
});

Deno.test("nothing new leaves the memory the very same, so that nothing is written", () => {
  assert.equal(rememberVerdicts(memory, noVerdicts), memory);
  const again = new Map(
    [
      ["b", { liveness: "Success", readiness: "Success" }],
      ["a", { startup: "Success" }],
    ] as const,
  );
  assert.equal(rememberVerdicts(found, again), found);
});

Deno.test("who is gone is forgotten", () => {
  assert.deepEqual(rememberVerdicts(found, noVerdicts), memory);
});
