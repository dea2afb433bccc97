/** Stories of the API server's pods that end by themselves, by their deadline, or become ready by others' leave. */
import assert from "node:assert/strict";
import type { PodStatus } from "../../src/core/k8s.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

/** STATUS, REASON and MESSAGE of a condition. */
function condition({ conditions = [] }: PodStatus, type: string): readonly (string | undefined)[] {
  const found = conditions.find((each) => each.type === type);
  return [found?.status, found?.reason, found?.message];
}

const deadline = {
  phase: "Failed",
  reason: "DeadlineExceeded",
  message: "Pod was active on the node longer than the specified deadline",
};

Deno.test("a pod that outlives its deadline is ended within its grace, and has failed", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 5_000, exitCode: 143 } });
  await world.cluster.bind(pod("job").spec({ activeDeadlineSeconds: 60 }));
  await world.advance(59_000);
  assert.equal(world.cluster.row("job"), "1/1 Running");
  world.runtime.forgetCalls();
  await world.advance(1_000);
  assert.deepEqual(world.runtime.story(), ["stopContainer job/main 30s"]);
  assert.equal(world.cluster.status("job").phase, "Running", "as long as something runs");
  assert.deepEqual(condition(world.cluster.status("job"), "Ready").slice(0, 2), [
    "False",
    "PodFailed",
  ]);
  await world.advance(5_000);
  const { phase, reason, message, containerStatuses = [] } = world.cluster.status("job");
  assert.deepEqual({ phase, reason, message }, deadline);
  assert.equal(containerStatuses[0]?.state?.terminated?.exitCode, 143);
  assert.ok(world.events("job").includes(`Normal DeadlineExceeded ${deadline.message}`));
  world.runtime.forgetCalls();
  await world.restartAgent();
  await world.advance(600_000);
  assert.deepEqual(world.runtime.story(), []);
  assert.equal(world.cluster.status("job").reason, "DeadlineExceeded");
});

Deno.test("a deadline that comes later counts from the pod's start", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("job"));
  await world.advance(100_000);
  await world.cluster.change("job", { spec: { activeDeadlineSeconds: 120 } });
  assert.equal(world.cluster.status("job").observedGeneration, 2);
  await world.advance(19_000);
  assert.equal(world.cluster.row("job"), "1/1 Running");
  await world.advance(1_000);
  assert.equal(world.cluster.status("job").reason, "DeadlineExceeded");
});

Deno.test("a pod that never came to run has its deadline too", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(
    pod("job").container("main", { image: "missing:1" }).spec({ activeDeadlineSeconds: 60 }),
  );
  await world.advance(60_000);
  const { phase, reason, message } = world.cluster.status("job");
  assert.deepEqual({ phase, reason, message }, deadline);
});

Deno.test("a pod is ready when its containers are and others say so", async () => {
  await using world = await createWorld({ inCluster: true });
  const gate = "example.com/in-pool";
  await world.cluster.bind(pod("web").spec({ readinessGates: [{ conditionType: gate }] }));
  assert.deepEqual(condition(world.cluster.status("web"), "ContainersReady").slice(0, 1), ["True"]);
  assert.deepEqual(condition(world.cluster.status("web"), "Ready"), [
    "False",
    "ReadinessGatesNotReady",
    `corresponding condition of pod readiness gate "${gate}" does not exist.`,
  ]);
  const say = (status: string) =>
    world.cluster.change("web", { status: { conditions: [{ type: gate, status }] } }, {
      subresource: "status",
    });
  await say("Unknown");
  assert.deepEqual(
    condition(world.cluster.status("web"), "Ready")[2],
    `the status of pod readiness gate "${gate}" is not "True", but Unknown`,
  );
  await world.advance(30_000);
  await say("True");
  assert.deepEqual(condition(world.cluster.status("web"), "Ready"), ["True", undefined, undefined]);
  const ready = world.cluster.status("web").conditions?.find(({ type }) => type === "Ready");
  assert.equal(ready?.lastTransitionTime, "2026-01-01T00:00:30Z");
});

Deno.test("a finished pod gives its volumes and cgroups back, and keeps one run of each container for its logs", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { exitCode: 1 }, { exitCode: 1 }, { exitCode: 0 });
  await world.cluster.bind(pod("job").restartPolicy("OnFailure").volume("data"));
  await world.advance(60_000);
  const { phase, containerStatuses = [] } = world.cluster.status("job");
  assert.equal(phase, "Succeeded");
  assert.equal(containerStatuses[0]?.restartCount, 2);
  assert.equal(containerStatuses[0]?.lastState?.terminated?.exitCode, 1);
  assert.equal(world.runtime.runsOf("job/main").length, 1);
  assert.deepEqual([...world.cgroups.groups.keys()].filter((name) => name.includes("job-uid")), []);
  assert.deepEqual(
    [...world.files.tree.keys()].filter((name) => name.includes("job-uid/volumes")),
    [],
  );
  const told = world.cluster.story().length;
  await world.restartAgent();
  await world.advance(600_000);
  assert.equal(world.cluster.story().length, told);
  assert.equal(await world.logs({ name: "job" }), "");
});

Deno.test("another image is another container in the same pod", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.images.add("busybox:2");
  await world.cluster.bind(pod("web").container("main").container("side"));
  world.runtime.forgetCalls();
  await world.cluster.change("web", {
    spec: { containers: [{ name: "main", image: "busybox:2" }] },
  });
  await world.advance(1_000);
  assert.deepEqual(world.runtime.story().filter((call) => !call.startsWith("remove")), [
    "stopContainer web/main 30s",
    "createContainer web/main#1",
    "startContainer web/main#1",
  ]);
  assert.ok(
    world.events("web").includes(
      "Normal Killing Container main definition changed, will be restarted",
    ),
  );
  const { containerStatuses = [], observedGeneration } = world.cluster.status("web");
  assert.equal(
    containerStatuses.find(({ name }) => name === "main")?.image,
    "docker.io/library/busybox:2",
  );
  assert.equal(observedGeneration, 2);
});

Deno.test("a pod that somebody else declares failed is ended, and stays so", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.program("main", { onStop: { afterMs: 5_000 } });
  await world.cluster.bind(pod("web"));
  const verdict = { phase: "Failed", reason: "NodeShutdown", message: "gone with its node" };
  await world.cluster.change("web", { status: verdict }, { subresource: "status" });
  await world.advance(4_000);
  const told = () => {
    const { phase, reason, message } = world.cluster.status("web");
    return { phase, reason, message };
  };
  assert.deepEqual(told(), verdict);
  await world.advance(1_000);
  assert.deepEqual(world.runtime.running(), []);
  await world.restartAgent();
  await world.advance(60_000);
  assert.deepEqual(told(), verdict);
  assert.deepEqual(world.runtime.running(), []);
});
