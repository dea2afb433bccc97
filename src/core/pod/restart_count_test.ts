/** The restart count goes on from the logs that are there. */
import assert from "node:assert/strict";
import { nextAttempt } from "./restart_count.ts";

const cases: readonly [names: readonly string[], next: number][] = [
  [[], 0],
  [["0.log"], 1],
  [["0.log", "1.log"], 2],
  [["9.log", "10.log"], 11],
  [["2.log.20260101-000000.gz"], 3],
  [["notes.txt", "1.logs", "x1.log", "4"], 0],
];
for (const [names, next] of cases) {
  Deno.test(`the run after the logs ${names.join(", ") || "that are not there"} is ${next}`, () => {
    assert.equal(nextAttempt(names), next);
  });
}
