/** Two boards with one certificate: one of them is believed, and people are told. */
import assert from "node:assert/strict";
import { events, nodes } from "../../src/core/kube/resource.ts";
import type { RelayNode } from "../fakes/relay_node.ts";
import { type BridgeSite, failed, pairFor, startBridgeSite } from "./bridge_site.ts";

Deno.test("a board with the certificate of another is not believed: the one that came last is", async () => {
  await using site = await startBridgeSite();
  const first = await site.node({ bootId: "boot-a" });
  await first.present();
  await site.clock.settle();
  const second = await site.node({ bootId: "boot-b" });
  second.restart(2);
  await second.present();
  await site.clock.settle();
  first.restart(3);
  await first.present();
  await site.clock.settle();
  assert.deepEqual(site.dropped.map(({ problem }) => problem), ["ClonedNode"]);
});

/** Gives the one that is not believed any more. */
async function cloned(site: BridgeSite): Promise<RelayNode> {
  const pair = pairFor("client");
  const first = await site.node({ bootId: "boot-a", pair });
  await first.present();
  await site.clock.settle();
  const second = await site.node({ bootId: "boot-b", pair });
  second.restart(2);
  await second.present();
  await site.clock.settle();
  first.restart(3);
  return first;
}

async function heardAgain(site: BridgeSite, node: RelayNode): Promise<void> {
  await node.present();
  await site.clock.settle();
}

const tenMinutes = 10 * 60_000;

Deno.test("a cloned node is told of by an Event at the Node, once in ten minutes with the count of all", async () => {
  await using site = await startBridgeSite();
  const clone = await cloned(site);
  await heardAgain(site, clone);
  const told = new Date(site.clock.now()).toISOString().replace(/\.\d+Z/, "Z");
  const [event, ...more] = site.kube.server.list(events);
  assert.deepEqual(more, []);
  const { metadata, message, ...rest } = event as never as {
    metadata: { name: string; namespace: string };
    message: string;
  };
  assert.deepEqual([metadata.namespace, metadata.name], ["default", "edge-1.cloned-node"]);
  assert.match(message, /^Another machine \(boot ID boot-a\).*the one with boot ID boot-b came/);
  const { metadata: { uid } } = site.kube.server.get({ resource: nodes, name: "edge-1" }) as never;
  assert.deepEqual(rest, {
    apiVersion: "v1",
    kind: "Event",
    involvedObject: { apiVersion: "v1", kind: "Node", name: "edge-1", uid },
    type: "Warning",
    reason: "ClonedNode",
    count: 1,
    firstTimestamp: told,
    lastTimestamp: told,
    source: { component: "skerry-bridge" },
    reportingComponent: "skerry-bridge",
    reportingInstance: "bridge-0",
  });

  await heardAgain(site, clone);
  await site.clock.advance(tenMinutes - 60_000);
  await heardAgain(site, clone);
  assert.deepEqual(site.kube.server.list(events), [event]);
  await site.clock.advance(60_000);
  await heardAgain(site, clone);
  const [again, ...others] = site.kube.server.list(events);
  assert.deepEqual(others, []);
  assert.deepEqual([again?.["count"], again?.["firstTimestamp"]], [4, told]);
  assert.equal(Date.parse(String(again?.["lastTimestamp"])) - Date.parse(told), tenMinutes);
});

Deno.test("of two bridges one tells of a clone, and the other goes on counting when that one is gone", async () => {
  await using site = await startBridgeSite();
  const second = site.startBridge("bridge-1");
  await site.clock.advance(12_000);
  const clone = await cloned(site);
  await heardAgain(site, clone);
  await heardAgain(site, clone);
  const teller = () => site.kube.server.list(events).map(({ reportingInstance: by }) => by);
  const counts = () => site.kube.server.list(events).map(({ count }) => count);
  const [first] = teller();
  assert.deepEqual(counts(), [1]);
  await (first === "bridge-1" ? second : site).stop();
  await site.clock.advance(45_000);
  await heardAgain(site, clone);
  assert.deepEqual(counts(), [2]);
  assert.notDeepEqual(teller(), [first]);
  await second.stop();
});

Deno.test("where a clone cannot be told of, that is logged, and all else goes on", async () => {
  await using site = await startBridgeSite();
  const clone = await cloned(site);
  site.kube.server.fail({ method: "POST", path: "/events", status: 403, times: 1 });
  await heardAgain(site, clone);
  assert.deepEqual(site.kube.server.list(events), []);
  assert.equal(site.log.messages("warn").filter((each) => each.includes("certificate")).length, 1);
  const node = await site.node({ bootId: "boot-c" });
  node.restart(4);
  await node.present();
  await node.batch([node.record(failed)]);
  await site.clock.settle();
  assert.equal(site.phase(), "Failed");
  await site.clock.advance(tenMinutes);
  await heardAgain(site, clone);
  assert.deepEqual(site.kube.server.list(events).map(({ count }) => count), [2]);
});

Deno.test("what a broker has kept from before a reboot, and a late will, are no clone's", async () => {
  await using site = await startBridgeSite();
  const pair = pairFor("client");
  const before = await site.node({ bootId: "boot-a", pair });
  const first = await before.present();
  const last = await before.present();
  const after = await site.node({ bootId: "boot-b", pair });
  after.restart(2);
  await after.present();
  await site.clock.settle();
  await before.publish("presence", first);
  await before.publish("presence", last);
  await before.present({ state: "Gone", chain: [] });
  await site.clock.settle();
  assert.deepEqual(site.dropped.map(({ problem }) => problem), ["Replayed", "Replayed"]);
});
