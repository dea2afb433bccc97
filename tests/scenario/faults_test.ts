/** Stories of a runtime that goes away, sandboxes that die, a store that fails and sources that fall silent. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

Deno.test("a sandbox that dies is made anew, and its containers with it", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  world.runtime.forgetCalls();
  world.runtime.killSandbox("web-uid");
  await world.advance(0);
  assert.deepEqual(world.runtime.story().slice(0, 5), [
    "stopContainer web/main 30s",
    "stopSandbox web",
    "runSandbox web#1",
    "createContainer web/main#1",
    "startContainer web/main#1",
  ]);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.status("web").podIP, "10.88.0.3");
  assert.match(
    world.events("web").join("\n"),
    /^Normal SandboxChanged Pod sandbox changed, it will be killed and re-created\.$/m,
  );
});

Deno.test("a job whose sandbox dies is not done because it ended well when asked", async () => {
  await using world = await createWorld();
  await world.apply(pod("job").restartPolicy("OnFailure"));
  world.runtime.killSandbox("job-uid");
  await world.advance(0);
  assert.equal(world.row("job"), "1/1 Running");
  assert.equal(world.container("job/main").restartCount, 1);
});

Deno.test("a pod that has ended keeps showing its address", async () => {
  await using world = await createWorld();
  await world.apply(pod("job").restartPolicy("Never"));
  world.runtime.exit("job/main", { code: 0 });
  await world.advance(1_000);
  assert.equal(world.runtime.sandboxesOf("job-uid")[0]?.state, "NotReady");
  assert.equal(world.status("job").podIP, "10.88.0.2");
});

/** All that the log says of a runtime that is away. */
const away = ["Runtime does not answer, what runs goes on and starts wait"];

for (const step of ["runSandbox", "createContainer", "startContainer", "pull"]) {
  Deno.test(`a runtime that is away for 60 s from ${step} on holds the start up, and costs nothing else`, async () => {
    await using world = await createWorld({ errors: away });
    world.runtime.images.publish("app:1");
    await world.apply(pod("old"));
    world.runtime.delay(step, { ms: 2_000, times: 1 });
    await world.apply(pod("web").container("main", { image: "app:1" }));
    await world.advance(1_000);
    world.runtime.goDown();
    await world.advance(60_000);
    assert.deepEqual(world.runtime.running(), ["old/main"]);
    assert.equal(world.row("old"), "1/1 Running");
    world.runtime.comeBack();
    await world.advance(11_000);
    assert.equal(world.row("web"), "1/1 Running");
    assert.equal(world.container("web/main").restartCount, 0);
    assert.equal(world.runtime.sandboxesOf("web-uid").length, 1);
    assert.equal(world.container("old/main").restartCount, 0);
    const told = world.events("web").filter((event) => event.startsWith("Warning"));
    assert.deepEqual(told, [], "the pod did nothing wrong");
    assert.deepEqual(world.log.messages("warn"), []);
    assert.ok(world.log.messages("info").includes("Runtime answers again"));
  });
}

Deno.test("what happened while the runtime's events were cut off is found by looking", async () => {
  await using world = await createWorld({ errors: away });
  await world.apply(pod("web"));
  world.runtime.goDown();
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(5_000);
  assert.equal(world.container("web/main").restartCount, 0);
  world.runtime.comeBack();
  await world.advance(11_000);
  assert.equal(world.container("web/main").restartCount, 1);
});

Deno.test("what happens just before the runtime's events are heard again is found by looking once more", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  for (const restarts of [1, 2]) {
    world.runtime.goDown();
    world.runtime.comeBack();
    await world.advance(1_100);
    world.runtime.reboot();
    await world.advance(15_000);
    assert.equal(world.container("web/main").restartCount, restarts);
  }
});

Deno.test("a store that is full costs nothing while the agent lives", async () => {
  await using world = await createWorld();
  world.store.disk.full = true;
  world.runtime.program("main", { exitCode: 1 }, { exitCode: 1 }, {});
  await world.apply(pod("web"));
  await world.advance(15_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 2);
  const told = world.log.messages("warn").filter((each) => each.startsWith("Could not store"));
  assert.equal(told.length, 1, told.join());
  await world.delete("web");
  await world.advance(15_000);
  assert.deepEqual(world.runtime.running(), []);
  assert.equal(world.row("web"), "gone");
});

Deno.test("an idle node writes nothing and changes nothing", async () => {
  await using world = await createWorld();
  await world.apply(pod("a"), pod("b").volume("data", { emptyDir: { sizeLimit: "1Gi" } }));
  await world.advance(10_000);
  const writes = world.store.disk.writes;
  const steps = world.files.steps.length;
  world.runtime.forgetCalls();
  await world.advance(3_500_000);
  assert.equal(world.store.disk.writes, writes);
  assert.equal(world.files.steps.length, steps);
  assert.deepEqual(world.runtime.story(), []);
  await world.advance(24 * 3_600_000);
  assert.equal(world.store.disk.writes, writes + 24, "the time, once an hour");
});

Deno.test("a source that cannot be read any more keeps its pods", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  world.source.goDown();
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 1);
});

Deno.test("an agent that starts while a manifest cannot be read ends nothing that runs", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  await world.stopAgent();
  await world.delete("web");
  world.source.report({ path: "/etc/web.yaml", line: 3, column: 1, message: "not YAML" });
  await world.startAgent();
  await world.advance(600_000);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  const told = world.log.records.filter(({ message }) => message.includes("run on unseen"));
  assert.deepEqual(told.map(({ fields }) => fields["pods"]), [["default/web"]]);
  await world.apply();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), [], "now it is certain");
});

const years = { back: Date.UTC(1970, 0, 1), forward: Date.UTC(2038, 0, 1) };

for (const [way, to] of Object.entries(years)) {
  Deno.test(`a clock set years ${way} during the crash back-off holds a pod up no longer than that`, async () => {
    await using world = await createWorld();
    world.runtime.program("main", { exitCode: 1 }, { exitCode: 1 }, { exitCode: 1 }, {});
    await world.apply(pod("web"));
    await world.advance(12_000);
    assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
    world.clock.setWall(to);
    await world.advance(20_000);
    assert.equal(world.row("web"), "1/1 Running");
    assert.equal(world.container("web/main").restartCount, 3);
  });

  Deno.test(`a clock set years ${way} during the pull back-off likewise`, async () => {
    await using world = await createWorld();
    await world.apply(pod("web").container("main", { image: "app:1" }));
    await world.advance(2_000);
    assert.equal(world.row("web"), "0/1 ImagePullBackOff");
    world.runtime.images.publish("app:1");
    world.clock.setWall(to);
    await world.advance(10_000);
    assert.equal(world.row("web"), "1/1 Running");
  });

  Deno.test(`a clock set years ${way} while the agent was off: what it remembers stalls nothing`, async () => {
    await using world = await createWorld();
    world.runtime.program("main", { exitCode: 1 }, { exitCode: 1 }, {});
    world.runtime.fail("runSandbox", { error: "no addresses left", times: 1 });
    await world.apply(pod("web"), pod("later").container("late"));
    await world.stopAgent();
    world.clock.setWall(to);
    await world.startAgent();
    await world.advance(12_000);
    assert.deepEqual(world.runtime.running().toSorted(), ["later/late", "web/main"]);
  });
}

Deno.test("a dead sandbox that the runtime cannot clear away keeps the pod from no new one", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));
  world.runtime.fail("stopSandbox", { error: "failed to destroy network" });
  world.runtime.killSandbox("web-uid");
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.match(world.events("web").join(), /FailedKillPod .*failed to destroy network/);
  world.runtime.calm();
  await world.delete("web");
  await world.advance(60_000);
  assert.deepEqual(world.runtime.sandboxesOf("web-uid"), []);
});
