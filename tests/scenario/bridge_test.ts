/** A bridge writes for nodes that reach only the broker, and for nobody else. */
import assert from "node:assert/strict";
import type { JournalEntry } from "../../src/core/journal/record.ts";
import { events } from "../../src/core/kube/resource.ts";
import { testAuthority } from "../fakes/test_pki.ts";
import { failed, pairFor, startBridgeSite, web } from "./bridge_site.ts";

Deno.test("a record of a node becomes the pod's status, and is acknowledged", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.settle();
  await node.batch([node.record(failed)]);
  await site.clock.settle();
  assert.equal(site.phase(), "Failed");
  assert.deepEqual(node.acknowledged, [{ session: 1, counter: 2, refused: [], later: [] }]);
  assert.deepEqual(site.dropped, []);
});

Deno.test("a batch that comes once more changes nothing, and is acknowledged once more", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  const payload = await node.batch([node.record(failed)]);
  await site.clock.settle();
  const before = site.kube.server.writes().length;
  await node.publish("journal", payload);
  await site.clock.settle();
  assert.equal(site.kube.server.writes().length, before);
  assert.equal(node.acknowledged.length, 2);
});

Deno.test("an event comes with the times when it happened, once", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  const at = site.clock.now() - 3_600_000;
  const event = {
    type: "Warning",
    reason: "BackOff",
    message: "again",
    ...web,
    fieldPath: "",
  } as const;
  const entry: JournalEntry = { kind: "Event", event, first: 1, firstSeen: at, count: 1 };
  await node.present();
  const record = node.record(entry, { at });
  await node.batch([record]);
  await site.clock.settle();
  await node.batch([record]);
  await site.clock.settle();
  const shown = site.kube.server.list(events);
  assert.equal(shown.length, 1);
  assert.equal(shown[0]?.["firstTimestamp"], new Date(at).toISOString().replace(/\.\d+Z/, "Z"));
});

Deno.test("what is replayed, forged, of another node or of another cluster is dropped", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  const other = await site.node({ node: "edge-2" });
  const stranger = await site.node({ authority: testAuthority("cluster") });
  await node.present();
  await other.present();
  const old = await node.batch([node.record({ ...failed, changes: { phase: "Pending" } })]);
  await site.clock.settle();
  await node.batch([node.record({ ...failed, changes: { phase: "Running" } })]);
  await site.clock.settle();

  await node.publish("journal", old);
  await node.publish("journal", await other.batch([other.record(failed)]));
  await stranger.present({ connection: 9 });
  await node.publish("journal", new Uint8Array([9, 9, 9]));
  await node.publish("journal", old.map((byte, at) => at === old.length - 1 ? byte ^ 1 : byte));
  await site.clock.settle();
  assert.equal(site.phase(), "Running");
  const problems = site.dropped.map(({ problem }) => problem).toSorted();
  assert.deepEqual(problems, [
    "BadSignature",
    "BadSignature",
    "Replayed",
    "UnknownVersion",
    "UntrustedCertificate",
  ]);
});

Deno.test("a node's serving certificate is no client's: what is signed with it is dropped", async () => {
  await using site = await startBridgeSite();
  const node = await site.node({ pair: pairFor("server") });
  await node.present();
  await site.clock.settle();
  assert.deepEqual(site.dropped.map(({ problem }) => problem), ["UntrustedCertificate"]);
});

Deno.test("a node does not speak for another's pods: that is refused and holds nothing up", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  const object = { ...web, name: "other", uid: "uid-other" };
  await node.present();
  await node.batch([
    node.record({ kind: "Changed", object, changes: { phase: "Failed" } }),
    node.record(failed),
  ]);
  await site.clock.settle();
  assert.equal(site.phase("other"), "Running");
  assert.equal(site.phase(), "Failed");
  assert.deepEqual(node.acknowledged[0]?.refused, [1]);
});

Deno.test("what the API server refuses for ever holds nothing up; while it is away nothing is acknowledged", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.settle();
  site.kube.server.goDown();
  const payload = await node.batch([node.record(failed)]);
  await site.clock.advance(1_000);
  assert.deepEqual(node.acknowledged, []);
  site.kube.server.comeBack();
  await site.clock.advance(60_000);
  await node.publish("journal", payload);
  await site.clock.advance(1_000);
  assert.equal(site.phase(), "Failed");
  assert.equal(node.acknowledged.length, 1);
});

Deno.test("the Lease is renewed while the node relays, and left alone as soon as the node renews it itself", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.advance(25_000);
  const first = site.lease().renewTime;
  assert.ok(Date.parse(first) > Date.now() - 60_000, first);
  assert.equal(site.condition("skerry.dev/RelayedStatus")?.status, "True");
  assert.ok(node.wishes.some(({ state }) => state));
  await site.clock.advance(20_000);
  assert.ok(site.lease().renewTime > first);

  site.renewDirectly();
  const direct = site.lease().renewTime;
  await site.clock.advance(11_000);
  assert.equal(site.lease().renewTime, direct);
  await node.present({ state: "Standby" });
  await site.clock.advance(30_000);
  assert.equal(site.lease().renewTime, direct);
  assert.deepEqual(
    [
      site.condition("skerry.dev/RelayedStatus")?.status,
      site.condition("skerry.dev/RelayedStatus")?.reason,
    ],
    ["False", "NodeReportsItself"],
  );
});

Deno.test("a node that has left the broker is not kept alive", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.advance(25_000);
  await node.present({ state: "Gone", chain: [] });
  await site.clock.settle();
  const last = site.lease().renewTime;
  await site.clock.advance(60_000);
  assert.equal(site.lease().renewTime, last);
  assert.equal(site.condition("skerry.dev/RelayedStatus")?.reason, "NodeGone");
});

Deno.test("nor one that was not heard of for 25 minutes", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.advance(26 * 60_000);
  const last = site.lease().renewTime;
  await site.clock.advance(60_000);
  assert.equal(site.lease().renewTime, last);
});

Deno.test("a retained presence that is old proves nothing: the node is asked, and believed when it answers", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present({ at: site.clock.now() - 3_600_000 });
  await site.clock.advance(15_000);
  assert.equal(site.condition("skerry.dev/RelayedStatus"), undefined);
  assert.equal(node.wishes.length, 1);
  await node.present({ at: 0, isSynchronised: false });
  await site.clock.advance(30_000);
  assert.equal(site.condition("skerry.dev/RelayedStatus")?.status, "True");
});

Deno.test("a node that does not answer is asked again, more and more rarely", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present({ at: 0, isSynchronised: false });
  await site.clock.advance(300_000);
  const asked = node.wishes.length;
  assert.ok(asked > 3 && asked < 9, `${asked}`);
  await node.present({ at: 0, isSynchronised: false });
  await site.clock.advance(60_000);
  assert.equal(node.wishes.filter(({ presence }) => presence !== "").length, asked);
  assert.equal(site.condition("skerry.dev/RelayedStatus")?.status, "True");
});

Deno.test("a node that begins from the start again is asked for a greater session", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  node.restart(7);
  await node.present();
  await node.batch([node.record(failed)]);
  await site.clock.advance(10_000);
  node.restart(1);
  await node.present();
  await site.clock.settle();
  assert.equal(node.wishes.at(-1)?.sessionAbove, 7);
  node.restart(8);
  await node.present();
  await node.batch([node.record({ ...failed, changes: { phase: "Running" } })]);
  await site.clock.settle();
  assert.equal(site.phase(), "Running");
});

Deno.test("two bridges share the work: a batch is written once, and one of them keeps the Lease", async () => {
  await using site = await startBridgeSite();
  const second = site.startBridge("bridge-1");
  await site.clock.advance(12_000);
  const node = await site.node();
  await node.present();
  await site.clock.settle();
  for (const phase of ["Pending", "Running", "Failed"]) {
    await node.batch([node.record({ ...failed, changes: { phase } })]);
    await site.clock.settle();
  }
  assert.equal(site.phase(), "Failed");
  assert.equal(node.acknowledged.length, 3);
  const before = site.lease().renewTime;
  await second.stop();
  await site.clock.advance(45_000);
  assert.ok(site.lease().renewTime > before);
});
