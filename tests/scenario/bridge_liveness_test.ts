/** How long a bridge keeps a node alive of which it hears nothing new, whatever the broker does. */
import assert from "node:assert/strict";
import { type BridgeSite, startBridgeSite } from "./bridge_site.ts";

const minute = 60_000;
const unsynchronised = { at: 0, isSynchronised: false };

async function isKeptAlive(site: BridgeSite): Promise<boolean> {
  const before = site.lease().renewTime;
  await site.clock.advance(25_000);
  return site.lease().renewTime > before;
}

Deno.test("a node that is gone when the broker comes back is not kept alive, though its will is forgotten", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.advance(30_000);
  assert.ok(await isKeptAlive(site));
  site.broker.stop();
  await node.close();
  await site.clock.advance(10_000);
  site.broker.start();
  await site.clock.advance(3 * minute);
  assert.equal(await isKeptAlive(site), false);
  assert.equal(site.condition("skerry.dev/RelayedStatus")?.reason, "NodeGone");
});

Deno.test("one that is there when the broker comes back is asked, and kept alive when it answers", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present(unsynchronised);
  await site.clock.settle();
  await node.present(unsynchronised);
  await site.clock.advance(30_000);
  const asked = node.wishes.length;
  site.broker.stop();
  site.broker.start();
  await site.clock.advance(15_000);
  assert.ok(node.wishes.slice(asked).some(({ presence }) => presence !== ""));
  await node.present(unsynchronised);
  await site.clock.advance(5 * minute);
  assert.ok(await isKeptAlive(site));
});

Deno.test("a presence that was held back proves that the node was there then, not that it is there now", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present({ at: site.clock.now() - 20 * minute });
  await site.clock.advance(30_000);
  assert.ok(await isKeptAlive(site));
  await site.clock.advance(5 * minute);
  assert.equal(await isKeptAlive(site), false);
});

Deno.test("an answer proves something once: those that repeat it may be old", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present(unsynchronised);
  await site.clock.settle();
  const [wish = assert.fail("it was not asked")] = node.wishes;
  const answer = { ...unsynchronised, nonce: wish.presence };
  await node.present(answer);
  await site.clock.advance(20 * minute);
  assert.ok(await isKeptAlive(site));
  await node.present(answer);
  await site.clock.advance(10 * minute);
  assert.equal(await isKeptAlive(site), false);
});

Deno.test("a node that was not heard of for longer than it should be is asked, and goes on when it answers", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  const asked = () => node.wishes.filter(({ presence }) => presence !== "").length;
  await site.clock.advance(11 * minute);
  assert.equal(asked(), 0);
  await site.clock.advance(2 * minute);
  assert.ok(asked() > 0);
  await node.present();
  await site.clock.advance(20 * minute);
  assert.ok(await isKeptAlive(site));
});
