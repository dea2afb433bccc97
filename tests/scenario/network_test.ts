/** Stories of a runtime that has no network for pods yet, or not any more. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

/** As containerd says it while there is no CNI configuration. */
function setNetwork({ runtime }: Pick<World, "runtime">, status: boolean): void {
  const [reason, message] = ["NetworkPluginNotReady", "cni plugin not initialized"];
  runtime.setCondition({ type: "NetworkReady", status, ...status ? none : { reason, message } });
}

const none = { reason: "", message: "" };

const event =
  "Warning NetworkNotReady network is not ready: container runtime network not ready: " +
  "NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized";

function told(world: World, name: string): readonly string[] {
  return world.events(name).map((each) => each.replace(/ \(x\d+\)$/, ""));
}

for (const inCluster of [false, true]) {
  const place = inCluster ? "in a cluster" : "without a cluster";
  const give = (world: World, ...pods: readonly PodBuilder[]): Promise<void> =>
    inCluster ? world.cluster.bind(...pods) : world.apply(...pods);

  Deno.test(`pods wait for a network, but for those on the host's (${place})`, async () => {
    await using world = await createWorld({ inCluster });
    setNetwork(world, false);
    await world.advance(5_000);
    await give(world, pod("web"), pod("proxy").spec({ hostNetwork: true }));
    await world.advance(10_000);
    assert.equal(world.row("web"), "0/1 ContainerCreating");
    assert.equal(world.row("proxy"), "1/1 Running");
    assert.deepEqual(told(world, "web"), [event]);
    setNetwork(world, true);
    await world.advance(1_000);
    assert.equal(world.row("web"), "1/1 Running");
  });
}

Deno.test("a network that is missing from the start costs no attempt at a sandbox", async () => {
  await using world = await createWorld();
  await world.stopAgent();
  setNetwork(world, false);
  await world.startAgent();
  await world.apply(pod("web"));
  assert.deepEqual(world.runtime.story(), []);
  assert.deepEqual(told(world, "web"), [event]);
});

Deno.test("what runs goes on without the network, is not restarted meanwhile, and ends when it is to", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"), pod("db"), pod("job").restartPolicy("Never"));
  setNetwork(world, false);
  await world.advance(5_000);
  world.runtime.exit("db/main", { code: 1 });
  world.runtime.exit("job/main", { code: 0 });
  await world.advance(20_000);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  assert.equal(world.row("job"), "0/1 Completed");
  assert.ok(told(world, "db").includes(event));
  assert.ok(!told(world, "web").includes(event));
  await world.cluster.delete("web");
  await world.advance(1_000);
  assert.equal(world.cluster.row("web"), "gone");
  setNetwork(world, true);
  await world.advance(30_000);
  assert.equal(world.row("db"), "1/1 Running");
});
