/** When a ping goes, when the list of connections, and when a tunnel is given up. */
import assert from "node:assert/strict";
import { keepAliveStep } from "./keep_alive.ts";

for (
  const [what, { heard, isSynced }, expected] of [
    ["nothing was heard", { heard: 7, isSynced: false }, "GiveUp"],
    ["the ping was answered", { heard: 8, isSynced: true }, "Ping"],
    ["connections have changed and all is quiet", { heard: 8, isSynced: false }, "PingAndSync"],
    ["connections have changed and the server speaks", { heard: 9, isSynced: false }, "Ping"],
  ] as const
) {
  Deno.test(`${what}: ${expected}`, () => {
    assert.equal(keepAliveStep({ before: 7, heard, isSynced }), expected);
  });
}
