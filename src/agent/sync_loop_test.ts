/** When the health check `syncloop` fails. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { minute } from "../core/instant.ts";
import { createSyncLoop } from "./sync_loop.ts";

const problem = "sync Loop took longer than expected";

for (
  const { relistMs, longestMs } of [
    { relistMs: minute, longestMs: 5 * minute },
    { relistMs: 4 * minute, longestMs: 8 * minute },
  ]
) {
  Deno.test(`a round may take ${longestMs} ms where there is one each ${relistMs} ms`, async () => {
    const clock = fakeClock();
    const loop = createSyncLoop({ clock, relistMs });
    await clock.advance(10 * minute);
    assert.equal(loop.problem(), undefined, "it has not begun");
    loop.entered();
    await clock.advance(longestMs);
    assert.equal(loop.problem(), undefined);
    clock.setWall(0);
    await clock.advance(1);
    assert.equal(loop.problem(), problem);
    loop.entered();
    assert.equal(loop.problem(), undefined);
  });
}
