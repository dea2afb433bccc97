/** Stories of containers and sandboxes that cannot be made. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

Deno.test("a container that cannot be configured says why", async () => {
  await using world = await createWorld();
  const volumeMounts = [{ name: "nowhere", mountPath: "/data" }];
  await world.apply(pod("web").container("main", { volumeMounts }));
  assert.equal(world.row("web"), "0/1 CreateContainerConfigError");
  assert.match(world.container("web/main").state?.waiting?.message ?? "", /nowhere/);
  assert.match(world.events("web").join("\n"), /^Warning Failed Error: .*nowhere/m);
  assert.deepEqual(world.runtime.story(), ["runSandbox web"]);
});

Deno.test("a container that the runtime cannot create is tried again", async () => {
  await using world = await createWorld();
  world.runtime.fail("createContainer", { error: "no space in the graph", times: 2 });
  await world.apply(pod("web"));
  assert.equal(world.row("web"), "0/1 CreateContainerError");
  assert.equal(world.container("web/main").state?.waiting?.message, "no space in the graph");
  await world.advance(20_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 0);
});

Deno.test("a command that does not exist is RunContainerError, and backs off as a crash does", async () => {
  await using world = await createWorld();
  const startError = 'exec: "nope": executable file not found in $PATH';
  world.runtime.program("main", { startError }, { startError }, {});
  await world.apply(pod("web").container("main", { command: ["nope"] }));
  assert.equal(world.row("web"), "0/1 RunContainerError");
  assert.equal(world.container("web/main").state?.waiting?.message, startError);
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 CrashLoopBackOff");
  assert.equal(world.container("web/main").lastState?.terminated?.exitCode, 128);
  assert.match(world.events("web").join("\n"), /^Warning Failed Error: exec: "nope".* \(x2\)$/m);
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 2);
});

Deno.test("a runtime that leaves the container it could not start behind is asked again", async () => {
  await using world = await createWorld();
  world.runtime.fail("startContainer", { error: "cannot allocate memory", times: 1 });
  await world.apply(pod("web"));
  assert.equal(world.row("web"), "0/1 RunContainerError");
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.container("web/main").restartCount, 0);
});

Deno.test("a start that goes on in the runtime though it was told to have failed shows no failure in the end", async () => {
  await using world = await createWorld();
  world.runtime.program("init", { exitCode: 0, afterMs: 500 });
  world.runtime.fail("startContainer", { error: "container is already starting", times: 1 });
  await world.apply(pod("web").initContainer("init"));
  assert.equal(world.row("web"), "0/1 Init:RunContainerError");
  await world.runtime.startContainer(world.runtime.runsOf("web/init")[0]?.id ?? "");
  await world.advance(2_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("a command that does not exist in a pod that is never restarted fails it", async () => {
  await using world = await createWorld();
  world.runtime.program("main", { startError: "exec: not found" });
  await world.apply(pod("job").restartPolicy("Never"));
  await world.advance(60_000);
  assert.equal(world.row("job"), "0/1 StartError");
  assert.equal(world.status("job").phase, "Failed");
  assert.equal(world.runtime.runsOf("job/main").length, 1);
});

Deno.test("a sandbox that cannot be made is tried again, and the pod is pending meanwhile", async () => {
  await using world = await createWorld();
  world.runtime.fail("runSandbox", { error: 'plugin type="bridge" failed (add)', times: 1 });
  await world.apply(pod("web"));
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  assert.deepEqual(world.events("web"), [
    "Warning FailedCreatePodSandBox Failed to create pod sandbox: " +
    'plugin type="bridge" failed (add)',
  ]);
  const { lastTransitionTime: _at, ...waits } = world.status("web").conditions?.[0] ?? {};
  assert.deepEqual(waits, {
    type: "PodReadyToStartContainers",
    status: "False",
    reason: "PodSandboxNotReady",
    message: "no pod sandbox exists",
  });
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("a hostPath of the wrong kind holds the pod back", async () => {
  await using world = await createWorld();
  world.files.write("/etc/app", "a file");
  await world.apply(
    pod("web").volume("config", { hostPath: { path: "/etc/app", type: "Directory" } }),
  );
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  assert.deepEqual(world.events("web"), [
    'Warning FailedMount MountVolume.SetUp failed for volume "config" : ' +
    "hostPath type check failed: /etc/app is not a directory, it's a File",
  ]);
  await world.files.removeTree("/etc/app");
  world.files.place("/etc/app", "directory");
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("a full disk holds new pods back and leaves the others alone", async () => {
  await using world = await createWorld();
  await world.apply(pod("old"));
  world.files.full = true;
  world.store.disk.full = true;
  await world.apply(pod("new"));
  await world.advance(60_000);
  assert.equal(world.row("old"), "1/1 Running");
  assert.equal(world.row("new"), "0/1 ContainerCreating");
  assert.match(
    world.events("new")[0] ?? "",
    /^Warning Failed error making pod data directories: .*no space left/,
  );
  assert.equal(world.events("new").length, 1);
  const groups = [...world.cgroups.groups.keys()].filter((path) => path.includes("new-uid"));
  assert.deepEqual(groups, [], "a cgroup without a directory would be nobody's");

  world.files.full = false;
  world.store.disk.full = false;
  await world.advance(10_000);
  assert.equal(world.row("new"), "1/1 Running");
});

Deno.test("a disk that fills up between sandbox and container is told as the container's reason", async () => {
  await using world = await createWorld();
  world.runtime.delay("runSandbox", { ms: 1_000 });
  await world.apply(pod("web"));
  world.files.full = true;
  await world.advance(1_000);
  assert.equal(world.row("web"), "0/1 CreateContainerConfigError");
  world.files.full = false;
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
});
