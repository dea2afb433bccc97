/** Stories of an agent that comes back to a node whose pods the API server knows. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

for (
  const { how, stop } of [
    { how: "stopped", stop: (world: World) => world.stopAgent() },
    { how: "killed", stop: (world: World) => Promise.resolve(world.killAgent()) },
  ]
) {
  Deno.test(`an agent that was ${how} restarts no container, and has nothing new to tell`, async () => {
    await using world = await createWorld({ inCluster: true });
    await world.cluster.bind(pod("web").sidecar("proxy").container("main"), pod("other"));
    world.runtime.exit("web/main", { code: 1 });
    await world.advance(15_000);
    const before = world.cluster.pod("web");
    world.runtime.forgetCalls();
    const told = world.cluster.story().length;

    await stop(world);
    await world.advance(3_600_000);
    await world.startAgent();
    await world.advance(120_000);
    assert.deepEqual(world.runtime.story(), []);
    assert.deepEqual(world.cluster.story().slice(told), []);
    assert.deepEqual(world.cluster.pod("web")?.status, before?.status);
    assert.equal(world.container("web/main").restartCount, 1);
  });
}

Deno.test("an agent that has lost its store goes on from what the server knows", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web").spec({ activeDeadlineSeconds: 3_600 }));
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(60_000);
  const before = world.cluster.status("web");
  await world.stopAgent();
  world.store.memories.kept.clear();
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.cluster.status("web"), before);
  await world.advance(3_600_000 - 120_000 - 1_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  await world.advance(1_000);
  assert.equal(
    world.cluster.status("web").reason,
    "DeadlineExceeded",
    "counted from the first start",
  );
});

Deno.test("a pod that was deleted while the agent was away is ended, and goes from the server", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"), pod("forced"), pod("other"));
  await world.stopAgent();
  await world.cluster.delete("web", { graceSeconds: 7 });
  await world.cluster.delete("forced", { graceSeconds: 0 });
  world.runtime.forgetCalls();
  await world.startAgent();
  await world.advance(1_000);
  assert.deepEqual(world.runtime.story().filter((call) => call.startsWith("stopContainer")), [
    "stopContainer forced/main 30s",
    "stopContainer web/main 7s",
  ]);
  assert.equal(world.cluster.row("web"), "gone");
  assert.deepEqual(world.runtime.running(), ["other/main"]);
  assert.deepEqual(await world.files.list("/var/lib/skerry/pods"), ["other-uid"]);
});

Deno.test("an agent that is killed while it ends a pod is followed by one that gives the rest of the grace", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: "ignored" });
  await world.cluster.bind(pod("web"));
  await world.cluster.delete("web", { graceSeconds: 60 });
  await world.advance(20_000);
  world.killAgent();
  world.runtime.forgetCalls();
  await world.startAgent();
  assert.deepEqual(world.runtime.story(), ["stopContainer web/main 40s"]);
  await world.advance(40_000);
  assert.equal(world.cluster.row("web"), "gone");
});

Deno.test("how a pod ended is not lost with an agent that could not tell it", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 1_000, exitCode: 3 } });
  await world.cluster.bind(pod("web"));
  await world.cluster.delete("web");
  world.cluster.server.goDown();
  await world.advance(60_000);
  world.killAgent();
  world.cluster.server.comeBack();
  await world.cluster.change("web", { metadata: { finalizers: ["example.com/wait"] } });
  await world.startAgent();
  await world.advance(1_000);
  const [{ state } = {}] = world.cluster.status("web").containerStatuses ?? [];
  assert.equal(state?.terminated?.exitCode, 3);
});

Deno.test("a pod that had finished is not run again, whatever the runtime has forgotten", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { exitCode: 0 });
  await world.cluster.bind(pod("job").restartPolicy("OnFailure"));
  await world.advance(1_000);
  const before = world.cluster.status("job");
  assert.equal(before.phase, "Succeeded");
  await world.stopAgent();
  world.store.memories.kept.clear();
  for (const { id } of world.runtime.sandboxesOf("job-uid")) await world.runtime.removeSandbox(id);
  world.runtime.forgetCalls();
  await world.startAgent();
  await world.advance(120_000);
  assert.deepEqual(world.runtime.story(), []);
  assert.deepEqual(world.cluster.status("job"), before);
});

Deno.test("a refused pod stays refused when the agent comes back, though it would fit by then", async () => {
  await using world = await createWorld({ inCluster: true });
  const greedy = (name: string) =>
    pod(name).container("main", { ports: [{ containerPort: 80, hostPort: 80 }] });
  await world.cluster.bind(greedy("one"), greedy("two"));
  const before = world.cluster.status("two");
  assert.equal(before.reason, "NodePorts");
  await world.cluster.delete("one");
  await world.advance(1_000);
  await world.restartAgent();
  await world.advance(60_000);
  assert.deepEqual(world.cluster.status("two"), before);
  assert.deepEqual(world.runtime.running(), []);
});

Deno.test("containers that vanished from the runtime are started again, and counted on", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  for (let restarts = 0; restarts < 2; restarts++) {
    world.runtime.exit("web/main", { code: 1 });
    await world.advance(60_000);
  }
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 2);
  await world.stopAgent();
  for (const { id } of world.runtime.sandboxesOf("web-uid")) await world.runtime.removeSandbox(id);
  for (const path of [...world.files.tree.keys()]) await world.files.removeTree(path);
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  const [status] = world.cluster.status("web").containerStatuses ?? [];
  assert.equal(status?.restartCount, 2);
  assert.equal(status?.lastState?.terminated?.exitCode, 1);
});

Deno.test("pods of the server run on while it cannot be asked by an agent that comes back", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  await world.stopAgent();
  world.cluster.server.goDown();
  world.runtime.forgetCalls();
  await world.startAgent();
  await world.advance(600_000);
  assert.deepEqual(world.runtime.story(), []);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  world.cluster.server.comeBack();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.story(), []);
  assert.equal(world.row("web"), "1/1 Running");
});
