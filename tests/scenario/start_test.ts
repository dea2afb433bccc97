/** Stories of pods that start, or cannot. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

Deno.test("a pod is started and runs", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"));

  assert.deepEqual(world.runtime.story(), [
    "runSandbox web",
    "createContainer web/main",
    "startContainer web/main",
  ]);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.events("web"), [
    'Normal Pulled Container image "busybox:1" already present on machine and can be accessed by the pod',
    "Normal Created Container created",
    "Normal Started Container started",
  ]);
  const { phase, podIP, hostIP, qosClass, startTime, conditions } = world.status("web");
  assert.deepEqual({ phase, podIP, hostIP, qosClass, startTime }, {
    phase: "Running",
    podIP: "10.88.0.2",
    hostIP: "192.0.2.1",
    qosClass: "BestEffort",
    startTime: "2026-01-01T00:00:00Z",
  });
  assert.deepEqual(conditions?.map(({ type, status }) => `${type}=${status}`), [
    "PodReadyToStartContainers=True",
    "Initialized=True",
    "Ready=True",
    "ContainersReady=True",
    "PodScheduled=True",
  ]);
});
