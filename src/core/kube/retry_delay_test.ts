/** Waits grow, have an end, and are never shorter than the server asks for. */
import assert from "node:assert/strict";
import { retryDelayMs } from "./retry_delay.ts";

for (
  const [failures, expected] of [
    [0, 800],
    [1, 800],
    [2, 1_600],
    [6, 25_600],
    [7, 30_000],
    [1_000_000, 30_000],
  ] as const
) {
  Deno.test(`after ${failures} failures ${expected} ms and up to twice of it`, () => {
    assert.equal(retryDelayMs({ failures, fraction: 0 }), expected);
    assert.equal(retryDelayMs({ failures, fraction: 0.5 }), expected * 1.5);
  });
}

Deno.test("the server's wish is the least", () => {
  assert.equal(retryDelayMs({ failures: 1, fraction: 0, retryAfterMs: 60_000 }), 60_000);
  assert.equal(retryDelayMs({ failures: 9, fraction: 0, retryAfterMs: 1_000 }), 30_000);
});
