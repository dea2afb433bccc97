/** Stories of what Prometheus is told of a node. */
import assert from "node:assert/strict";
import { second } from "../../src/core/instant.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

/** Compares those that are named. */
function shows(world: World, expected: Readonly<Record<string, number | undefined>>): void {
  const values = world.metrics();
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, values.get(name)]));
  assert.deepEqual(found, expected);
}

Deno.test("a pod is counted on its way from its image to its end", async () => {
  await using world = await createWorld();
  world.runtime.images.remove("busybox:1");
  world.runtime.images.publish("busybox:1");
  world.runtime.delay("pull", { ms: 3 * second });
  world.runtime.program("init", { exitCode: 0, afterMs: 2 * second });
  world.runtime.program("main", { exitCode: 3, afterMs: 60 * second });
  await world.apply(pod("web").restartPolicy("Never").initContainer("init").container("main"));
  shows(world, {
    'kubelet_desired_pods{static="true"}': 1,
    kubelet_running_pods: 1,
    'skerry_pods{phase="Pending"}': 1,
    skerry_image_pulls_active: 1,
  });
  await world.advance(10 * second);
  shows(world, {
    kubelet_started_pods_total: 1,
    kubelet_started_pods_errors_total: 0,
    'kubelet_started_containers_total{container_type="init_container"}': 1,
    'kubelet_started_containers_total{container_type="container"}': 1,
    'kubelet_terminated_containers_total{container_type="init_container",exit_code="0",reason="Completed"}':
      1,
    'kubelet_running_containers{container_state="running"}': 1,
    'kubelet_running_containers{container_state="exited"}': 1,
    'kubelet_working_pods{lifecycle="sync",config="desired",static="true"}': 1,
    kubelet_containers_per_pod_count_count: 1,
    kubelet_pod_worker_start_duration_seconds_count: 1,
    kubelet_pod_start_duration_seconds_count: 1,
    kubelet_pod_start_duration_seconds_sum: 5,
    'kubelet_image_pull_duration_seconds_sum{image_size_in_bytes="0-10MB"}': 3,
    'kubelet_runtime_operations_total{operation_type="run_podsandbox"}': 1,
    'kubelet_run_podsandbox_duration_seconds_count{runtime_handler=""}': 1,
    'kubelet_pod_worker_duration_seconds_count{operation_type="create"}': 1,
    'skerry_pods{phase="Running"}': 1,
    skerry_image_pulls_active: 0,
  });
  await world.advance(60 * second);
  shows(world, {
    'kubelet_terminated_containers_total{container_type="container",exit_code="3",reason="Error"}':
      1,
    kubelet_running_pods: 0,
    'kubelet_active_pods{static="true"}': 0,
    'kubelet_working_pods{lifecycle="terminated",config="desired",static="true"}': 1,
    'skerry_pods{phase="Failed"}': 1,
  });
});
