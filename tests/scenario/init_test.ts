/** Stories of init containers and sidecars. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

const second = { exitCode: 0, afterMs: 1_000 };

Deno.test("init containers run one after another, then the main ones together", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", second);
  world.runtime.program("migrate", second);
  await world.apply(pod("web").initContainer("fetch").initContainer("migrate").container("main"));
  assert.equal(world.row("web"), "0/1 Init:0/2");
  assert.equal(world.container("web/main").state?.waiting?.reason, "PodInitializing");
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 Init:1/2");
  await world.advance(1_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.runtime.story().filter((call) => call.startsWith("start")), [
    "startContainer web/fetch",
    "startContainer web/migrate",
    "startContainer web/main",
  ]);
});

Deno.test("an init container that somebody removed counts as done", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", second);
  await world.apply(pod("web").initContainer("fetch").container("main"));
  await world.advance(1_000);
  world.runtime.forgetCalls();
  await world.runtime.removeContainer(world.runtime.runsOf("web/fetch")[0]?.id ?? "");
  await world.restartAgent();
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/fetch").state?.terminated?.reason, "Completed");
  assert.deepEqual(world.runtime.running(), ["web/main"]);
});

Deno.test("an init container that fails is tried again, and nothing comes before it has ended well", async () => {
  await using world = await createWorld();
  const failing = { exitCode: 2, afterMs: 1_000 };
  world.runtime.program("fetch", failing, failing, second);
  await world.apply(pod("web").initContainer("fetch").container("main"));
  await world.advance(2_000);
  assert.equal(world.row("web"), "0/1 Init:Error");
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 Init:CrashLoopBackOff");
  assert.equal(world.status("web").phase, "Pending");
  assert.deepEqual(world.runtime.runsOf("web/main"), []);
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/fetch").restartCount, 2);
});

const noMemory = { exitCode: 0, reason: "OOMKilled", afterMs: 1_000 };

Deno.test("an init container that ran out of memory has not ended well, whatever its exit code", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", noMemory, second);
  await world.apply(
    pod("web").restartPolicy("OnFailure").initContainer("fetch").container("main"),
  );
  await world.advance(2_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/fetch").restartCount, 1);
});

Deno.test("an init container that ran out of memory fails a pod that is never restarted", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", noMemory);
  await world.apply(pod("job").restartPolicy("Never").initContainer("fetch").container("main"));
  await world.advance(60_000);
  assert.equal(world.status("job").phase, "Failed");
  assert.deepEqual(world.runtime.runsOf("job/main"), []);
});

Deno.test("an init container that fails in a pod that is never restarted fails the pod", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", { exitCode: 2, afterMs: 1_000 });
  await world.apply(pod("job").restartPolicy("Never").initContainer("fetch").container("main"));
  await world.advance(60_000);
  assert.equal(world.row("job"), "0/1 Init:Error");
  assert.equal(world.status("job").phase, "Failed");
  assert.deepEqual(world.runtime.runsOf("job/main"), []);
  assert.deepEqual(world.runtime.running(), []);
  assert.equal(world.runtime.sandboxesOf("job-uid")[0]?.state, "NotReady");
});

Deno.test("the main container of a pod in its init phase is not restarted into it", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", second);
  await world.apply(pod("web").initContainer("fetch").container("main"));
  await world.advance(1_000);
  world.runtime.forgetCalls();
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  assert.deepEqual(world.runtime.story(), [
    "createContainer web/main#1",
    "startContainer web/main#1",
  ]);
});

Deno.test("sidecars start before what comes after them, and go on beside it", async () => {
  await using world = await createWorld();
  world.runtime.program("fetch", second);
  await world.apply(
    pod("web").sidecar("proxy").initContainer("fetch").sidecar("logs").container("main"),
  );
  assert.deepEqual(world.runtime.running(), ["web/fetch", "web/proxy"]);
  await world.advance(1_000);
  assert.deepEqual(world.runtime.running(), ["web/logs", "web/main", "web/proxy"]);
  assert.equal(world.row("web"), "3/3 Running");
});

Deno.test("a sidecar that ends is restarted, also when its pod is never restarted", async () => {
  await using world = await createWorld();
  await world.apply(pod("job").restartPolicy("Never").sidecar("proxy").container("main"));
  world.runtime.exit("job/proxy", { code: 0 });
  await world.advance(0);
  assert.deepEqual(world.runtime.running(), ["job/main", "job/proxy"]);
  assert.equal(world.container("job/proxy").restartCount, 1);
});

Deno.test("a sidecar that keeps failing holds up the containers after it", async () => {
  await using world = await createWorld();
  world.runtime.program("proxy", { exitCode: 1 }, { exitCode: 1 }, {});
  await world.apply(pod("web").sidecar("proxy").container("main"));
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/2 Init:CrashLoopBackOff");
  assert.deepEqual(world.runtime.runsOf("web/main"), []);
  await world.advance(9_000);
  assert.equal(world.row("web"), "2/2 Running");
});

Deno.test("when the main containers have ended, the sidecars are stopped in reverse order", async () => {
  await using world = await createWorld();
  world.runtime.program("main", second);
  await world.apply(
    pod("job").restartPolicy("Never").grace(7).sidecar("proxy").sidecar("logs").container("main"),
  );
  world.runtime.forgetCalls();
  await world.advance(1_000);
  assert.deepEqual(world.runtime.story(), [
    "stopContainer job/logs 7s",
    "stopContainer job/proxy 7s",
    "stopSandbox job",
  ]);
  assert.equal(world.status("job").phase, "Succeeded");
});

Deno.test("a pod is not done while a sidecar still runs", async () => {
  await using world = await createWorld();
  world.runtime.program("main", second);
  world.runtime.program("proxy", { onStop: { afterMs: 3_000 } });
  await world.apply(pod("job").restartPolicy("Never").sidecar("proxy").container("main"));
  await world.advance(2_000);
  assert.equal(world.status("job").phase, "Running");
  await world.advance(2_000);
  assert.equal(world.status("job").phase, "Succeeded");
  assert.equal(world.row("job"), "0/2 Completed");
});

Deno.test("a deleted pod's sidecars outlive its main containers", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { onStop: { afterMs: 4_000 } });
  await world.apply(pod("web").sidecar("proxy").sidecar("logs").container("main"));
  world.runtime.forgetCalls();
  await world.delete("web");
  await world.advance(3_000);
  assert.deepEqual(world.runtime.running(), ["web/logs", "web/main", "web/proxy"]);
  await world.advance(1_000);
  assert.deepEqual(world.runtime.story(), [
    "stopContainer web/main 30s",
    "stopContainer web/logs 26s",
    "stopContainer web/proxy 26s",
    "stopSandbox web",
    "removeSandbox web",
  ]);
  assert.equal(world.row("web"), "gone");
});
