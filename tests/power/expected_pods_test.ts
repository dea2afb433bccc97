import assert from "node:assert/strict";
import { type Expected, expectedOf } from "./expected_pods.ts";
import type { Promised } from "./promised.ts";

const shown = JSON.stringify({ metadata: { name: "web" } });
const deleted = JSON.stringify({ metadata: { name: "web", deletionTimestamp: "2026" } });
const over = JSON.stringify({ metadata: { name: "web" }, status: { phase: "Failed" } });
const running = JSON.stringify({ startTime: 1, containers: {} });
const ended = JSON.stringify({ startTime: 1, containers: {}, phase: "Succeeded" });

const cases: readonly {
  readonly what: string;
  readonly pod?: readonly (string | null)[];
  readonly memory?: readonly (string | null)[];
  readonly secret?: readonly (string | null)[];
  readonly expected: Expected;
}[] = [
  { what: "nothing is known of", expected: "Unknown" },
  { what: "is stored", pod: [shown], expected: "Runs" },
  { what: "is stored with its memory", pod: [shown], memory: [running], expected: "Runs" },
  { what: "is being stored", pod: [null, shown], expected: "Unknown" },
  { what: "is stored without its Secret", pod: [shown], secret: [null, "x"], expected: "Unknown" },
  { what: "was removed", pod: [null], memory: [running], expected: "Over" },
  { what: "is being removed", pod: [shown, null], memory: [running], expected: "Ending" },
  { what: "is marked as deleted", pod: [deleted], memory: [running], expected: "Over" },
  { what: "the server knows the end of", pod: [over], memory: [running], expected: "Over" },
  { what: "has ended", pod: [shown], memory: [ended], expected: "Over" },
  { what: "is just ending", pod: [shown], memory: [running, ended], expected: "Ending" },
];

for (const { what, pod = [], memory = [null], secret = ["x"], expected } of cases) {
  Deno.test(`a pod that ${what} is expected as ${expected}`, () => {
    const promises: Promised = new Map([
      ["pods default/web", pod],
      ["memory web-uid", memory],
      ["secrets default/keys", secret],
    ]);
    assert.equal(expectedOf({ name: "web", needs: ["secrets default/keys"] }, promises), expected);
  });
}
