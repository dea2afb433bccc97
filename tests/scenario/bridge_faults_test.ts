/** What goes wrong around a bridge: an object that is refused, other bridges, an API server or a broker that was away. */
import assert from "node:assert/strict";
import { startBridgeSite, web } from "./bridge_site.ts";

Deno.test("of a state what the API server refuses holds nothing up", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  const other = { ...web, name: "other", uid: "uid-other" };
  await node.state([
    { object: other, status: { phase: "Failed" } },
    { object: web, status: { phase: "Succeeded" } },
  ]);
  await site.clock.settle();
  assert.deepEqual([site.phase("other"), site.phase()], ["Running", "Succeeded"]);
});
