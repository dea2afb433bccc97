/** Stories of what the API server is told: each event once, counted when it happens again, kept while the server is away. */
import assert from "node:assert/strict";
import type { CoreV1Event } from "@kubernetes/client-node";
import { events, nodes } from "../../src/core/kube/resource.ts";
import type { Wire } from "../../src/core/k8s.ts";
import { pod } from "../fakes/pods.ts";
import { settle } from "./cluster.ts";
import { createWorld, type World } from "./world.ts";

type Event = Wire<CoreV1Event>;

function eventsOf(world: World, name: string): readonly Event[] {
  const all: readonly unknown[] = world.cluster.server.list(events);
  return all.filter(isEvent).filter(({ involvedObject }) => involvedObject.name === name);
}

function isEvent(object: unknown): object is Event {
  return typeof object === "object" && object !== null && "involvedObject" in object;
}

function reasons(world: World, name: string): readonly string[] {
  return eventsOf(world, name).map(({ reason, count }) => `${reason} x${count}`).toSorted();
}

Deno.test("the API server is told how a pod came to run, in the kubelet's name", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  assert.deepEqual(reasons(world, "web"), ["Created x1", "Pulled x1", "Started x1"]);
  const [event] = eventsOf(world, "web");
  assert.deepEqual(event?.source, { component: "kubelet", host: "edge-1" });
  assert.equal(event?.involvedObject.fieldPath, "spec.containers{main}");
  assert.equal(event?.involvedObject.uid, world.cluster.pod("web")?.metadata.uid);
  assert.notEqual(event?.involvedObject.resourceVersion, undefined);
});

Deno.test("an event names the version of its pod that it is about", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: "ignored" });
  await world.cluster.bind(pod("web"));
  const version = (): number => Number(world.cluster.pod("web")?.metadata.resourceVersion);
  const running = version();
  await world.cluster.delete("web");
  const about = eventsOf(world, "web").find(({ reason }) => reason === "Killing")?.involvedObject;
  assert.ok(Number(about?.resourceVersion) > running, `${about?.resourceVersion} of ${running}`);
});

Deno.test("the Node's own events lie in default", async () => {
  await using world = await createWorld({ inCluster: true });
  await settle(world.clock);
  assert.ok(eventsOf(world, "edge-1").some(({ reason }) => reason === "Starting"));
  assert.equal(eventsOf(world, "edge-1")[0]?.metadata.namespace, "default");
  const { server } = world.cluster;
  const kubectl = (unschedulable: boolean) =>
    server.put(nodes, {
      ...server.get({ resource: nodes, name: "edge-1" }),
      spec: { unschedulable },
    });
  kubectl(true);
  await world.advance(15_000);
  const told = eventsOf(world, "edge-1").find(({ reason }) => reason === "NodeNotSchedulable");
  assert.equal(told?.involvedObject.uid, "node-uid");
});

Deno.test("what happens again is counted, not told anew", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  for (let crash = 0; crash < 3; crash++) {
    world.runtime.exit("main", { code: 1 });
    await settle(world.clock);
    await world.advance(60_000);
    await settle(world.clock);
  }
  const started = eventsOf(world, "web").filter(({ reason }) => reason === "Started");
  assert.equal(started.length, 1);
  assert.ok((started[0]?.count ?? 0) > 1);
});

Deno.test("events wait for a server that is away, and keep their times", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  const at = world.clock.now();
  world.cluster.server.goDown();
  world.runtime.exit("main", { code: 1 });
  await settle(world.clock);
  await world.advance(120_000);
  assert.deepEqual(reasons(world, "web"), ["Created x1", "Pulled x1", "Started x1"]);
  world.cluster.server.comeBack();
  await world.advance(120_000);
  await settle(world.clock);
  const started = eventsOf(world, "web").find(({ reason }) => reason === "Started");
  assert.ok((started?.count ?? 0) > 1);
  assert.equal(Date.parse(started?.firstTimestamp ?? ""), Math.floor(at / 1000) * 1000);
});

Deno.test("a namespace that is going takes no events, and nothing else waits for it", async () => {
  await using world = await createWorld({ inCluster: true });
  world.cluster.server.fail({
    method: "POST",
    path: "/api/v1/namespaces/default/events",
    status: 403,
    times: 3,
  });
  await world.cluster.bind(pod("web"));
  await world.cluster.bind(pod("db"));
  assert.equal(world.cluster.row("web"), "1/1 Running");
  assert.deepEqual(reasons(world, "db"), ["Created x1", "Pulled x1", "Started x1"]);
});
