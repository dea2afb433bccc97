/** What goes wrong around a bridge: an object that is refused, other bridges, an API server or a broker that was away. */
import assert from "node:assert/strict";
import { failed, startBridgeSite, web } from "./bridge_site.ts";

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

Deno.test("a batch that comes once more to a bridge after another one has written the next changes nothing", async () => {
  await using site = await startBridgeSite();
  const second = site.startBridge("bridge-1");
  await site.clock.advance(12_000);
  const node = await site.node();
  await node.present();
  await site.clock.settle();
  const payloads = [];
  for (const phase of ["Pending", "Running", "Running", "Failed"]) {
    payloads.push(await node.batch([node.record({ ...failed, changes: { phase } })]));
    await site.clock.settle();
  }
  for (const payload of payloads.slice(0, 3)) {
    for (let bridge = 0; bridge < 2; bridge++) await node.publish("journal", payload);
  }
  await site.clock.settle();
  assert.equal(site.phase(), "Failed");
  await second.stop();
});
