/** Stories of an agent that is stopped, killed or away, and of a node that reboots. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

const web = pod("web").sidecar("proxy").container("main");

for (
  const { how, stop } of [
    { how: "stopped", stop: (world: World) => world.stopAgent() },
    { how: "killed", stop: (world: World) => Promise.resolve(world.killAgent()) },
  ]
) {
  Deno.test(`an agent that was ${how} adopts what runs`, async () => {
    await using world = await createWorld();
    await world.apply(web);
    world.runtime.exit("web/main", { code: 1 });
    await world.advance(5_000);
    const before = world.status("web");
    world.runtime.forgetCalls();

    await stop(world);
    await world.advance(3_600_000);
    await world.startAgent();
    await world.advance(120_000);
    assert.deepEqual(world.runtime.story(), []);
    assert.equal(world.container("web/main").restartCount, 1);
    assert.deepEqual(world.status("web").containerStatuses, before.containerStatuses);
    assert.equal(world.status("web").startTime, before.startTime);
  });
}

Deno.test("containers that ended while the agent was away are seen to when it is back", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"), pod("job").restartPolicy("Never"));
  world.killAgent();
  world.runtime.exit("web/main", { code: 1 });
  world.runtime.exit("job/main", { code: 0 });
  await world.startAgent();
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 1);
  assert.equal(world.row("job"), "0/1 Completed");
});

const steps = ["runSandbox", "createContainer", "startContainer"] as const;
for (const step of steps) {
  for (const when of ["before", "after"] as const) {
    Deno.test(`an agent killed ${when} the runtime has done ${step} leaves no double`, async () => {
      await using world = await createWorld();
      world.runtime.delay(step, { ms: 1_000, times: 1 });
      await world.apply(pod("web"));
      if (when === "before") world.killAgent();
      await world.advance(1_000);
      world.killAgent();
      await world.startAgent();
      await world.advance(60_000);
      assert.equal(world.row("web"), "1/1 Running");
      assert.deepEqual(world.runtime.running(), ["web/main"]);
      assert.equal(world.runtime.runsOf("web/main").length, 1);
      assert.equal(world.runtime.sandboxesOf("web-uid").length, 1);
      assert.equal(world.container("web/main").restartCount, 0);
    });
  }
}

for (const policy of ["Always", "Never"] as const) {
  Deno.test(`a start that was cut off with the agent is made anew and counts for nothing, with restartPolicy ${policy}`, async () => {
    await using world = await createWorld();
    const startError = "failed to create containerd task: start failed: signal: killed";
    world.runtime.program("main", { startError });
    world.runtime.delay("startContainer", { ms: 1_000, times: 1 });
    await world.apply(pod("web").restartPolicy(policy));
    world.killAgent();
    await world.advance(1_000);
    world.runtime.program("main", {});
    world.runtime.forgetCalls();
    await world.startAgent();
    assert.equal(world.row("web"), "1/1 Running");
    assert.equal(world.container("web/main").restartCount, 0);
    assert.deepEqual(world.runtime.story(), [
      "removeContainer web/main",
      "createContainer web/main",
      "startContainer web/main",
    ]);
  });
}

for (const step of ["removeTree", "removeContainer"] as const) {
  Deno.test(`an agent killed in ${step} while it removes a start that was cut off leaves nothing to count`, async () => {
    await using world = await createWorld();
    world.runtime.program("main", { startError: "failed to start: signal: killed" });
    world.runtime.delay("startContainer", { ms: 1_000, times: 1 });
    await world.apply(pod("job").restartPolicy("Never"));
    world.killAgent();
    await world.advance(1_000);
    const log = "/var/log/pods/default_job_job-uid/main/0.log";
    world.files.write(log, "");
    world.runtime.program("main", {});

    const port = step === "removeTree" ? world.files : world.runtime;
    port.delay(step, { ms: 1_000, times: 1 });
    await world.startAgent();
    assert.equal(world.row("job"), "0/1 ContainerCreating");
    world.killAgent();
    await world.advance(1_000);
    await world.startAgent();
    assert.equal(world.row("job"), "1/1 Running");
    assert.equal(world.container("job/main").restartCount, 0);
    assert.equal(world.files.textAt(log), undefined);
  });
}

Deno.test("the crash back-off is carried on by the next agent", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { exitCode: 1 });
  await world.apply(pod("web"));
  await world.advance(40_000);
  assert.equal(world.container("web/main").restartCount, 3);
  world.runtime.forgetCalls();
  await world.restartAgent();
  assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
  await world.advance(29_000);
  assert.deepEqual(world.runtime.story(), [], "40 s after the third crash, at 70 s");
  await world.advance(1_000);
  assert.equal(world.container("web/main").restartCount, 4);
});

Deno.test("after a reboot everything is started again, and counted on", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", { exitCode: 0, afterMs: 1_000 });
  await world.apply(pod("web").initContainer("fetch").container("main"));
  await world.advance(5_000);
  world.killAgent();
  world.runtime.reboot();
  await world.advance(30_000);
  world.runtime.forgetCalls();
  await world.startAgent();
  assert.deepEqual(world.runtime.running(), ["web/fetch"]);
  await world.advance(20_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.runtime.story().filter((call) => !call.startsWith("remove")), [
    "stopSandbox web",
    "runSandbox web#1",
    "createContainer web/fetch#1",
    "startContainer web/fetch#1",
    "createContainer web/main#1",
    "startContainer web/main#1",
  ]);
  assert.equal(world.container("web/main").restartCount, 1);
});

Deno.test("a pod that had ended before the reboot does not run again", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { exitCode: 0 });
  await world.apply(pod("job").restartPolicy("OnFailure"));
  world.killAgent();
  world.runtime.reboot();
  world.runtime.forgetCalls();
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.status("job").phase, "Succeeded");
  assert.deepEqual(world.runtime.story(), []);
});

Deno.test("a pod that was deleted while the agent was away is ended when it is back", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").grace(7), pod("other"));
  await world.stopAgent();
  await world.delete("web");
  world.runtime.forgetCalls();
  await world.startAgent();
  await world.advance(10_000);
  assert.deepEqual(world.runtime.story(), [
    "stopContainer web/main 7s",
    "stopSandbox web",
    "removeSandbox web",
  ]);
  assert.deepEqual(world.runtime.running(), ["other/main"]);
  assert.deepEqual(await world.files.list("/var/lib/skerry/pods"), ["other-uid"]);
  assert.deepEqual([...world.store.memories.kept.keys()], ["other-uid"]);
});

Deno.test("a deletion that a killed agent had begun is finished, within the grace period that is left", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: "ignored" });
  await world.apply(pod("web"));
  await world.delete("web");
  await world.advance(10_000);
  world.killAgent();
  world.runtime.forgetCalls();
  await world.startAgent();
  assert.deepEqual(world.runtime.story(), ["stopContainer web/main 20s"]);
  await world.advance(20_000);
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(world.runtime.running(), []);
});

Deno.test("an agent that is stopped does not wait for a container to end", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: "ignored" });
  await world.apply(pod("web").grace(600));
  await world.delete("web");
  const stopping = world.stopAgent();
  await world.advance(2_000);
  await stopping;
  await world.startAgent();
  await world.advance(600_000);
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(world.runtime.running(), []);
});

Deno.test("a pod that changed while the agent was away waits for the one before it, whatever else is broken", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  await world.apply(pod("web").uid("first"), pod("other"));
  await world.stopAgent();
  world.runtime.forgetCalls();
  await world.apply(pod("web").uid("second"));
  world.source.report({ path: "/etc/other.yaml", line: 1, column: 1, message: "not YAML" });
  await world.delete("other");
  world.source.report({ path: "/etc/other.yaml", line: 1, column: 1, message: "not YAML" });
  await world.startAgent();
  assert.deepEqual(world.runtime.story(), ["stopContainer web/main 30s"]);
  await world.advance(5_000);
  assert.equal(world.pod("web")?.metadata.uid, "second");
  assert.deepEqual(world.runtime.running(), ["other/main", "web/main"]);
});

Deno.test("what is remembered of pods that are gone is forgotten", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"), pod("other"));
  world.store.disk.full = true;
  await world.delete("web");
  await world.stopAgent();
  world.store.disk.full = false;
  assert.deepEqual([...world.store.memories.kept.keys()], ["web-uid", "other-uid"]);
  await world.startAgent();
  assert.deepEqual([...world.store.memories.kept.keys()], ["other-uid"]);
});

Deno.test("pods of others on the same runtime are left alone", async () => {
  await using world = await createWorld();
  const { runtime } = world;
  await runtime.runSandbox({
    metadata: { name: "foreign", namespace: "kube-system", uid: "foreign-uid", attempt: 0 },
    hostname: "foreign",
    logDirectory: "/var/log/pods/foreign",
    portMappings: [],
    labels: { "io.kubernetes.pod.uid": "foreign-uid" },
    annotations: {},
    security: {
      namespaces: { network: "Pod", pid: "Container", ipc: "Pod" },
      seccomp: { type: "Unconfined" },
    },
    sysctls: {},
    resources: {},
  });
  await world.apply(pod("web"));
  await world.restartAgent();
  await world.advance(600_000);
  assert.equal(runtime.sandboxesOf("foreign-uid")[0]?.state, "Ready");
});

Deno.test("a store that cannot be read costs the memory, not the pods", async () => {
  await using world = await createWorld({
    errors: ["Could not read what was remembered of the pods, going on without"],
  });
  await world.apply(web);
  world.runtime.forgetCalls();
  await world.stopAgent();
  world.store.memories.unreadable = true;
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.story(), []);
  assert.equal(world.row("web"), "2/2 Running");
});
