/** What goes wrong around a bridge: an object that is refused, other bridges, an API server or a broker that was away. */
import assert from "node:assert/strict";
import { leases, nodes } from "../../src/core/kube/resource.ts";
import type { NodeCondition } from "../../src/core/node/node_object.ts";
import { testAuthority } from "../fakes/test_pki.ts";
import { type BridgeSite, failed, startBridgeSite, web } from "./bridge_site.ts";

const relayedStatus = "skerry.dev/RelayedStatus";
const edge = { kind: "Node", namespace: "", name: "edge-1", uid: "" } as const;
const ready = { type: "Ready", status: "True", reason: "KubeletReady" };

/** As the controller-manager does when a Lease was not renewed for long. */
function takeForDead({ kube: { server } }: BridgeSite): void {
  const node = server.get({ resource: nodes, name: "edge-1" }) as never as {
    status: { conditions: NodeCondition[] };
  };
  const others = node.status.conditions.filter(({ type }) => type !== "Ready");
  const conditions = [...others, { ...ready, status: "Unknown", reason: "NodeStatusUnknown" }];
  server.put(nodes, { ...node, status: { conditions } });
}

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

Deno.test("what the API server does not take now, though it answers, is to be told later and holds nothing up", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.settle();
  site.kube.server.fail({ method: "PATCH", path: "/pods/web/status", status: 500, times: 1 });
  const entry = {
    kind: "Changed",
    object: edge,
    changes: { conditions: { Ready: ready } },
  } as const;
  await node.batch([node.record(failed), node.record(entry)]);
  await site.clock.advance(1_000);
  assert.equal(site.condition("Ready")?.status, "True");
  assert.deepEqual(node.acknowledged.map(({ refused, later }) => [refused, later]), [[[], [1]]]);
});

Deno.test("what the bridge has no right to write is to be told later: its role may be mended", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.settle();
  const user = `User "system:serviceaccount:skerry:skerry-bridge"`;
  const message =
    `pods "web" is forbidden: ${user} cannot patch resource "pods/status" in API group "" in the namespace "default"`;
  site.kube.server.answer(
    { method: "PATCH", path: "/pods/web/status" },
    () =>
      Response.json(
        { kind: "Status", status: "Failure", code: 403, reason: "Forbidden", message },
        {
          status: 403,
        },
      ),
  );
  await node.batch([node.record(failed)]);
  await site.clock.advance(1_000);
  assert.deepEqual(node.acknowledged.map(({ refused, later }) => [refused, later]), [[[], [1]]]);
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

Deno.test("a node that was taken for dead while the API server was away is Ready again when that is back", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.advance(30_000);
  await node.state([{ object: edge, status: { conditions: [ready] } }]);
  await site.clock.settle();
  assert.equal(site.condition("Ready")?.status, "True");

  site.kube.server.goDown();
  await site.clock.advance(90_000);
  site.kube.server.comeBack();
  takeForDead(site);
  const wished = node.wishes.length;
  await site.clock.advance(30_000);
  assert.ok(node.wishes.slice(wished).some(({ state }) => state));
  await node.state([{ object: edge, status: { conditions: [ready] } }]);
  await site.clock.settle();
  assert.equal(site.condition("Ready")?.status, "True");
});

Deno.test("a state that does not come is wished for again, more and more rarely, and no more when it has come", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.advance(10 * 60_000);
  const wished = () => node.wishes.filter(({ state }) => state).length;
  assert.ok(wished() > 3 && wished() < 10, `${wished()}`);
  await node.state([{ object: web, status: { phase: "Running" } }]);
  await site.clock.settle();
  const before = wished();
  await site.clock.advance(5 * 60_000);
  assert.equal(wished(), before);
});

Deno.test("a node that relays all the time and renews its Lease itself again is not shown as relayed", async () => {
  await using site = await startBridgeSite();
  const node = await site.node();
  await node.present();
  await site.clock.advance(30_000);
  assert.equal(site.condition(relayedStatus)?.status, "True");
  for (let each = 0; each < 6; each++) {
    site.renewDirectly();
    await site.clock.advance(10_000);
  }
  assert.equal(site.condition(relayedStatus)?.reason, "NodeReportsItself");
});

Deno.test("that a node reports itself is shown, though the bridge that had its Lease is gone", async () => {
  await using site = await startBridgeSite();
  const second = site.startBridge("bridge-1");
  await site.clock.advance(12_000);
  const node = await site.node();
  await node.present();
  await site.clock.advance(30_000);
  assert.equal(site.condition(relayedStatus)?.status, "True");
  const owner = site.relayedBy();
  // Killed: nobody takes its Lease away.
  const own = site.kube.server.get({ resource: leases, namespace: "skerry", name: owner });
  await (owner === "bridge-1" ? second : site).stop();
  site.kube.server.put(leases, own as object);
  await node.present({ state: "Standby" });
  await site.clock.advance(60_000);
  assert.equal(site.condition(relayedStatus)?.reason, "NodeReportsItself");
  await second.stop();
});

Deno.test("what the broker has kept is heard, though the authorities are known later", async () => {
  await using site = await startBridgeSite({ believesAfterMs: 30_000 });
  const node = await site.node();
  await node.present();
  await site.clock.advance(20_000);
  assert.match(site.bridge.problem() ?? "", /authorities/);
  await site.clock.advance(40_000);
  assert.deepEqual(site.dropped, []);
  assert.equal(site.bridge.problem(), null);
  assert.equal(site.condition(relayedStatus)?.status, "True");
});

Deno.test("names of which nothing is believed are forgotten", async () => {
  await using site = await startBridgeSite();
  const known = await site.node();
  await known.present();
  for (let each = 0; each < 20; each++) {
    const stranger = await site.node({
      node: `stranger-${each}`,
      authority: testAuthority("cluster"),
    });
    await stranger.present();
  }
  const shown = () => site.metrics().filter((line) => /^skerry_bridge_nodes\{/.test(line));
  await site.clock.advance(5_000);
  assert.ok(shown().includes('skerry_bridge_nodes{state="Unknown"} 20'), `${shown()}`);
  await site.clock.advance(60_000);
  assert.ok(shown().includes('skerry_bridge_nodes{state="Unknown"} 0'), `${shown()}`);
  assert.ok(shown().includes('skerry_bridge_nodes{state="Relaying"} 1'), `${shown()}`);
});

Deno.test("the Lease of a bridge that was killed goes in the end", async () => {
  await using site = await startBridgeSite();
  const dead = { namespace: "skerry", name: "bridge-9" };
  const metadata = { ...dead, labels: { "skerry.dev/bridge": "north" } };
  site.kube.server.put(leases, { metadata, spec: { renewTime: "2026-01-01T00:00:00.000000Z" } });
  await site.clock.advance(9 * 60_000);
  assert.ok(site.kube.server.get({ resource: leases, ...dead }));
  await site.clock.advance(2 * 60_000);
  assert.equal(site.kube.server.get({ resource: leases, ...dead }), undefined);
  assert.ok(site.kube.server.get({ resource: leases, ...dead, name: "bridge-0" }));
});
