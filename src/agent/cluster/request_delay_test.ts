/** How long the node's own requests wait after a failure. */
import assert from "node:assert/strict";
import { Unavailable } from "../../ports/errors.ts";
import { requestDelayMs } from "./request_delay.ts";

Deno.test("waits double from 100 ms to 7 s", () => {
  const waits = [1, 2, 3, 7, 8, 100].map((failures) =>
    requestDelayMs({ failures, firstMs: 100, err: null })
  );
  assert.deepEqual(waits, [100, 200, 400, 6_400, 7_000, 7_000]);
});

Deno.test("the server is asked no sooner than it wants to be, within a lease's time", () => {
  for (const [retryAfterMs, wait] of [[5_000, 5_000], [30_000, 10_000]] as const) {
    const err = new Unavailable("too many requests", { retryAfterMs });
    assert.equal(requestDelayMs({ failures: 1, firstMs: 100, err }), wait);
  }
});
