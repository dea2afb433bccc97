/** Stories of pods that the API server has deleted, or is told to delete. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

/** What of a pod is left on the node. */
function traces(world: World, uid: string): readonly string[] {
  const names = [...world.files.tree.keys(), ...world.cgroups.groups.keys()];
  const sandboxes = world.runtime.sandboxesOf(uid).map(({ id }) => `sandbox ${id}`);
  return [...names.filter((name) => name.includes(uid)), ...sandboxes];
}

/** The pod stays in the server to be looked at, whoever deletes it. */
async function hold(world: World, name: string): Promise<void> {
  await world.cluster.change(name, { metadata: { finalizers: ["example.com/wait"] } });
}

Deno.test("a deleted pod is ended with its grace, tells how it ended, and only then goes from the server", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 5_000, exitCode: 143 } });
  await world.cluster.bind(pod("web").grace(20).volume("data"));
  world.runtime.forgetCalls();
  await world.cluster.delete("web");
  assert.deepEqual(world.runtime.story(), ["stopContainer web/main 20s"]);
  assert.equal(world.cluster.row("web"), "1/1 Terminating");
  assert.equal(world.cluster.status("web").observedGeneration, 2);

  world.cluster.server.fail({ method: "DELETE", status: 500, times: 1 });
  await world.advance(5_000);
  const { phase, containerStatuses = [], podIP } = world.cluster.status("web");
  const { exitCode, reason } = containerStatuses[0]?.state?.terminated ?? {};
  assert.deepEqual({ phase, exitCode, reason }, {
    phase: "Failed",
    exitCode: 143,
    reason: "Error",
  });
  assert.equal(podIP, "10.88.0.2", "the addresses stay to the end");
  assert.deepEqual(traces(world, "web-uid"), []);

  await world.advance(2_000);
  assert.equal(world.cluster.row("web"), "gone");
  assert.equal(world.row("web"), "gone");
});

Deno.test("a container that ends well when it is told to makes its deleted pod Succeeded", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 1_000 } });
  await world.cluster.bind(pod("web"));
  await hold(world, "web");
  await world.cluster.delete("web");
  await world.advance(1_000);
  assert.equal(world.cluster.status("web").phase, "Succeeded");
  const ready = world.cluster.status("web").conditions?.find(({ type }) => type === "Ready");
  assert.deepEqual([ready?.status, ready?.reason], ["False", "PodCompleted"]);
});

Deno.test("the server has the last status before anything of the pod is removed", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  await world.cluster.delete("web");
  await world.advance(0);
  assert.deepEqual(world.cluster.story().slice(-2), ["PATCH web", "DELETE web"]);
  const request = world.cluster.server.requests.findLast(({ method }) => method === "DELETE");
  assert.deepEqual(request?.body, {
    kind: "DeleteOptions",
    apiVersion: "v1",
    gracePeriodSeconds: 0,
    preconditions: { uid: "web-uid" },
  });
  assert.equal(world.cluster.row("web"), "gone");
});

Deno.test("a shorter grace that comes later shortens the stop that is under way", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: "ignored" });
  await world.cluster.bind(pod("web").grace(300));
  await world.cluster.delete("web");
  await world.advance(10_000);
  await world.cluster.delete("web", { graceSeconds: 15 });
  assert.deepEqual(world.runtime.story().slice(-2), [
    "stopContainer web/main 300s",
    "stopContainer web/main 5s",
  ]);
  await world.advance(4_999);
  assert.equal(world.cluster.row("web"), "1/1 Terminating");
  await world.advance(1_000);
  assert.equal(world.cluster.row("web"), "gone");
});

Deno.test("a pod that was deleted by force is ended all the same", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 3_000 } });
  await world.cluster.bind(pod("web").grace(7));
  world.runtime.forgetCalls();
  await world.cluster.delete("web", { graceSeconds: 0 });
  assert.equal(world.cluster.row("web"), "gone");
  assert.equal(world.row("web"), "1/1 Terminating");
  assert.deepEqual(world.runtime.story(), ["stopContainer web/main 7s"]);
  await world.advance(3_000);
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(traces(world, "web-uid"), []);
});

Deno.test("a deletion by force in the middle of a polite one ends it without the server", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 3_000 } });
  await world.cluster.bind(pod("web"));
  await world.cluster.delete("web");
  await world.advance(1_000);
  await world.cluster.delete("web", { graceSeconds: 0 });
  await world.advance(2_000);
  assert.equal(world.row("web"), "gone");
  assert.deepEqual(traces(world, "web-uid"), []);
});

Deno.test("a pod of the same name waits until the one before it is gone", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  await world.cluster.bind(pod("web").uid("first"));
  world.runtime.forgetCalls();
  await world.cluster.delete("web", { graceSeconds: 0 });
  await world.cluster.bind(pod("web").uid("second"));
  assert.deepEqual(world.runtime.story(), ["stopContainer web/main 30s"]);
  await world.advance(5_000);
  assert.equal(world.cluster.pod("web")?.metadata.uid, "second");
  assert.equal(world.cluster.row("web"), "1/1 Running");
  assert.equal(world.runtime.sandboxesOf("first").length, 0);
});

Deno.test("a pod that is deleted before its container ever ran has failed", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web").container("main", { image: "missing:1" }));
  assert.equal(world.cluster.row("web"), "0/1 ErrImagePull");
  await hold(world, "web");
  await world.cluster.delete("web");
  const { phase, containerStatuses = [] } = world.cluster.status("web");
  assert.equal(phase, "Failed");
  assert.deepEqual(containerStatuses[0]?.state?.terminated, {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
  });
});

Deno.test("main containers that initialization never reached stay waiting in the last status", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("setup", { onStop: { exitCode: 143 } });
  await world.cluster.bind(
    pod("web").initContainer("setup").initContainer("late").container("main"),
  );
  await hold(world, "web");
  await world.cluster.delete("web");
  const { phase, initContainerStatuses = [], containerStatuses = [] } = world.cluster.status("web");
  assert.equal(phase, "Failed");
  assert.deepEqual(initContainerStatuses.map(({ state }) => Object.keys(state ?? {})), [
    ["terminated"],
    ["waiting"],
  ]);
  assert.equal(containerStatuses[0]?.state?.waiting?.reason, "PodInitializing");
});

Deno.test("a pod with a finalizer goes from the node, and from the server once the finalizer is taken away", async () => {
  await using world = await createWorld({ inCluster: true });
  const { server } = world.cluster;
  await world.cluster.bind(pod("web"));
  await hold(world, "web");
  await world.cluster.delete("web");
  await world.advance(60_000);
  assert.deepEqual(traces(world, "web-uid"), []);
  assert.equal(world.cluster.status("web").phase, "Succeeded");
  assert.equal(server.writes().filter((write) => write.startsWith("DELETE")).length, 2);
  await world.cluster.change("web", { metadata: { finalizers: null } });
  assert.equal(world.row("web"), "gone");
});

Deno.test("a finished pod goes at once when it is deleted", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { exitCode: 0 });
  await world.cluster.bind(pod("job").restartPolicy("Never"));
  await world.advance(1_000);
  assert.equal(world.cluster.row("job"), "0/1 Completed");
  await world.cluster.delete("job");
  await world.advance(0);
  assert.equal(world.row("job"), "gone");
  assert.deepEqual(traces(world, "job-uid"), []);
});

Deno.test("a refused pod can be deleted", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web").spec({ os: { name: "windows" } }));
  assert.equal(world.cluster.status("web").reason, "PodOSNotSupported");
  assert.deepEqual(world.cluster.status("web").conditions, [], "as the kubelet leaves it");
  await world.cluster.delete("web");
  await world.advance(0);
  assert.equal(world.row("web"), "gone");
});
