/** Stories of ephemeral containers: somebody debugs a pod that runs. */
import assert from "node:assert/strict";
import { podStreamUrl } from "../../src/agent/pod_streams.ts";
import type { EphemeralContainer } from "../../src/core/k8s.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

/** `kubectl debug POD`: adds a container called `debug` to it. */
async function debug(
  { cluster }: World,
  fields: Partial<EphemeralContainer> = {},
): Promise<void> {
  const ephemeralContainers = [{ name: "debug", image: "busybox:1", ...fields }];
  await cluster.change("web", { spec: { ephemeralContainers } }, {
    subresource: "ephemeralcontainers",
  });
}

/** A node of a cluster with the pod `web`, which runs. */
async function worldWith(builder = pod("web")): Promise<World> {
  const world = await createWorld({ inCluster: true });
  await world.cluster.bind(builder);
  await world.advance(1_000);
  world.runtime.forgetCalls();
  return world;
}

Deno.test("a container is added to a pod that runs, sees one of its containers, and is never started again", async () => {
  await using world = await worldWith();
  await debug(world, { targetContainerName: "main" });
  await world.advance(1_000);
  assert.deepEqual(world.runtime.story(), [
    "createContainer web/debug",
    "startContainer web/debug",
  ]);
  assert.deepEqual(world.runtime.configOf("web/debug").security.namespaces, {
    network: "Pod",
    pid: "Target",
    ipc: "Pod",
    targetId: world.runtime.runsOf("web/main")[0]?.id,
  });

  world.runtime.exit("web/debug", { code: 3 });
  await world.advance(3_600_000);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  assert.equal(world.runtime.runsOf("web/debug").length, 1);
  const [status] = world.cluster.status("web").ephemeralContainerStatuses ?? [];
  assert.equal(status?.state?.terminated?.exitCode, 3);
  assert.equal(status?.restartCount, 0);
});

Deno.test("the API server hears of a container that was added, and the pod is as ready as before", async () => {
  await using world = await worldWith();
  await debug(world);
  await world.advance(1_000);
  const { ephemeralContainerStatuses = [], containerStatuses = [], ...status } = world.cluster
    .status("web");
  const [debugger_] = ephemeralContainerStatuses;
  assert.ok(debugger_?.state?.running);
  assert.equal(debugger_.ready, false);
  assert.equal(debugger_.started, undefined);
  assert.equal(ephemeralContainerStatuses.length, 1);
  assert.equal(containerStatuses.length, 1);
  assert.equal(status.qosClass, "BestEffort");
  assert.equal(world.cluster.row("web"), "1/1 Running");
  world.runtime.exit("web/debug", { code: 1 });
  await world.advance(1_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
});

Deno.test("its events, its log and its terminal are its own", async () => {
  await using world = await worldWith();
  await debug(world, { tty: true, stdin: true });
  await world.advance(1_000);
  const told = world.agent.events.list(0)
    .filter(({ fieldPath }) => fieldPath === "spec.ephemeralContainers{debug}")
    .map(({ reason }) => reason);
  assert.deepEqual(told, ["Pulled", "Created", "Started"]);

  world.logFiles.append(
    world.runtime.runsOf("web/debug")[0]?.logPath ?? "",
    "2026-01-01T00:00:00Z stdout F found it\n",
  );
  assert.equal(await world.logs({ name: "web", container: "debug" }), "found it\n");

  const { agent: { pods }, runtime } = world;
  const target = { namespace: "default", pod: "web", container: "debug" };
  const streams = { stdin: true, stdout: true, stderr: false, tty: false };
  await podStreamUrl({ kind: "attach", target, streams }, { pods, runtime });
  assert.equal(runtime.story().at(-1), "attach web/debug stdin,stdout,tty");
});

Deno.test("an image that cannot be had holds up nobody else, and is tried again", async () => {
  await using world = await worldWith();
  const image = "registry.example/tools:1";
  await debug(world, { image });
  assert.equal(world.container("web/debug").state?.waiting?.reason, "ErrImagePull");
  assert.equal(world.cluster.row("web"), "1/1 Running");
  await world.advance(9_000);
  assert.equal(world.container("web/debug").state?.waiting?.reason, "ImagePullBackOff");

  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  assert.equal(world.container("web/main").restartCount, 1);
  world.runtime.images.publish(image);
  await world.advance(300_000);
  assert.deepEqual(world.runtime.running(), ["web/debug", "web/main"]);
});

Deno.test("a command that does not exist is told and not tried again", async () => {
  await using world = await worldWith();
  world.runtime.program("debug", { startError: "exec: not found" });
  await debug(world);
  await world.advance(3_600_000);
  assert.deepEqual(world.container("web/debug").state?.waiting, {
    reason: "RunContainerError",
    message: "exec: not found",
  });
  assert.equal(world.container("web/debug").lastState?.terminated?.exitCode, 128);
  assert.equal(world.runtime.runsOf("web/debug").length, 1);
});

Deno.test("in a pod of which nothing is started again it shows its end", async () => {
  await using world = await worldWith(pod("web").restartPolicy("Never"));
  world.runtime.program("debug", { startError: "exec: not found" });
  await debug(world);
  await world.advance(1_000);
  assert.equal(world.container("web/debug").state?.terminated?.reason, "StartError");
  assert.deepEqual(world.runtime.running(), ["web/main"]);
});

Deno.test("a pod that still initializes can be debugged; a target that has not run yet is waited for", async () => {
  await using world = await worldWith(pod("web").initContainer("init"));
  await debug(world);
  await debug(world, { name: "inside", targetContainerName: "main" });
  await world.advance(1_000);
  assert.deepEqual(world.runtime.running(), ["web/debug", "web/init"]);
  assert.deepEqual(world.container("web/inside").state?.waiting, {
    reason: "CreateContainerConfigError",
    message: "unable to find target container main",
  });
  world.runtime.exit("web/init", { code: 0 });
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["web/debug", "web/inside", "web/main"]);
});

Deno.test("it ends with its pod, though it would run on", async () => {
  await using world = await worldWith(pod("web").restartPolicy("Never"));
  await debug(world);
  await world.advance(1_000);
  world.runtime.exit("web/main", { code: 0 });
  await world.advance(1_000);
  assert.deepEqual(world.runtime.running(), []);
  assert.equal(world.cluster.status("web").phase, "Succeeded");
  assert.ok(world.cluster.status("web").ephemeralContainerStatuses?.[0]?.state?.terminated);
});

Deno.test("it is stopped when its pod is deleted", async () => {
  await using world = await worldWith(pod("web").grace(7));
  await debug(world);
  await world.advance(1_000);
  await world.cluster.delete("web");
  await world.advance(1_000);
  const stops = world.runtime.story().filter((call) => call.startsWith("stopContainer"));
  assert.deepEqual(stops.toSorted(), ["stopContainer web/debug 7s", "stopContainer web/main 7s"]);
  const killing = world.agent.events.list(0).filter(({ reason }) => reason === "Killing");
  assert.deepEqual(killing.map(({ fieldPath }) => fieldPath).toSorted(), [
    "spec.containers{main}",
    "spec.ephemeralContainers{debug}",
  ]);
  assert.equal(world.cluster.row("web"), "gone");
});

Deno.test("it is not started again in a new sandbox", async () => {
  await using world = await worldWith();
  await debug(world);
  await world.advance(1_000);
  world.runtime.killSandbox("web-uid");
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  assert.equal(world.runtime.runsOf("web/debug").length, 1);
  assert.ok(world.container("web/debug").state?.terminated);
});

Deno.test("an agent that comes back leaves it running", async () => {
  await using world = await worldWith();
  await debug(world, { targetContainerName: "main" });
  await world.advance(1_000);
  world.runtime.forgetCalls();
  await world.restartAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.story(), []);
  assert.ok(world.container("web/debug").state?.running);
});

Deno.test("one that an agent did not live to start is started by the next", async () => {
  await using world = await worldWith();
  world.runtime.delay("createContainer", { ms: 1_000, times: 1 });
  await debug(world);
  await world.advance(999);
  const killed = world.advance(1);
  world.killAgent();
  await killed;
  assert.equal(world.runtime.runsOf("web/debug")[0]?.state, "Created");
  await world.startAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["web/debug", "web/main"]);
  assert.equal(world.runtime.runsOf("web/debug").length, 1);
});

Deno.test("one that asks for what this node cannot do waits, and its pod runs on, whoever restarts", async () => {
  await using world = await worldWith();
  await debug(world, { securityContext: { windowsOptions: { hostProcess: true } } });
  await world.advance(1_000);
  const waiting = {
    reason: "CreateContainerConfigError",
    message: "The container uses what this agent does not support: " +
      "spec.ephemeralContainers[0].securityContext.windowsOptions",
  };
  assert.deepEqual(world.container("web/debug").state?.waiting, waiting);
  await world.restartAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.running(), ["web/main"]);
  assert.deepEqual(world.container("web/debug").state?.waiting, waiting);
});
