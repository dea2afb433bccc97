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

Deno.test("how long a pod of the API server took to start shows once the server shows it running", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.images.publish("slow:1");
  world.runtime.delay("pull", { ms: 20 * second });
  world.runtime.program("init", { exitCode: 0, afterMs: 4 * second });
  await world.cluster.bind(
    pod("web").initContainer("init").container("main", { image: "slow:1" }),
  );
  shows(world, { kubelet_pod_start_total_duration_seconds_count: 0 });
  await world.advance(60 * second);
  shows(world, {
    kubelet_pod_start_duration_seconds_sum: 24,
    kubelet_pod_start_total_duration_seconds_sum: 24,
    kubelet_pod_start_sli_duration_seconds_sum: 0,
    kubelet_pod_start_sli_duration_seconds_count: 1,
    'kubelet_desired_pods{static=""}': 1,
    kubelet_mirror_pods: 0,
  });
});

Deno.test("a pod that an earlier agent has started is not counted as started", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  await world.restartAgent();
  await world.advance(10 * second);
  shows(world, {
    kubelet_running_pods: 1,
    kubelet_started_pods_total: 0,
    kubelet_pod_start_duration_seconds_count: 0,
    kubelet_pod_start_total_duration_seconds_count: 0,
    kubelet_containers_per_pod_count_count: 0,
  });
});

Deno.test("how long the API server lacked a status is counted with the outage in which it changed", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web").restartPolicy("Never"));
  const before = world.metrics().get("kubelet_pod_status_sync_duration_seconds_count") ?? NaN;
  world.cluster.server.goDown();
  world.runtime.exit("web/main", { code: 0 });
  await world.advance(40 * second);
  shows(world, { kubelet_pod_status_sync_duration_seconds_count: before });
  world.cluster.server.comeBack();
  await world.advance(60 * second);
  const values = world.metrics();
  const slow = values.get('kubelet_pod_status_sync_duration_seconds_bucket{le="+Inf"}') ?? 0;
  const fast = values.get('kubelet_pod_status_sync_duration_seconds_bucket{le="30"}') ?? 0;
  assert.equal(slow - fast, 1);
});

Deno.test("what a probe finds is counted by its container until the pod is gone", async () => {
  await using world = await createWorld();
  let exitCode = 0;
  world.runtime.onExec("web/main", () => ({ exitCode }));
  const readinessProbe = { exec: { command: ["true"] }, periodSeconds: 10 };
  await world.apply(pod("web").container("main", { readinessProbe }));
  await world.advance(35 * second);
  exitCode = 1;
  await world.advance(20 * second);
  const probe = 'probe_type="Readiness"';
  const rest = 'container="main",pod="web",namespace="default"';
  const successful = `prober_probe_total{${probe},result="successful",${rest},pod_uid="web-uid"}`;
  const failed = `prober_probe_total{${probe},result="failed",${rest},pod_uid="web-uid"}`;
  const timed = `prober_probe_duration_seconds_count{${probe},${rest}}`;
  const found = world.metrics().get(successful);
  assert.ok(found !== undefined && found >= 3, `${found}`);
  shows(world, { [failed]: 2, [timed]: found });
  await world.delete("web");
  await world.advance(60 * second);
  assert.equal(world.row("web"), "gone");
  shows(world, { [successful]: undefined, [failed]: undefined, [timed]: undefined });
});

Deno.test("what does not start is counted by its reason", async () => {
  await using world = await createWorld();
  world.runtime.fail("runSandbox", { error: "no network", times: 1 });
  await world.apply(
    pod("web").container("main"),
    pod("lost").container("main", { image: "nowhere:1" }),
    pod("odd").container("main", { volumeDevices: [{ name: "disk", devicePath: "/dev/disk" }] }),
  );
  await world.advance(5 * second);
  const failed = "kubelet_started_containers_errors_total";
  shows(world, {
    kubelet_started_pods_errors_total: 1,
    'kubelet_run_podsandbox_errors_total{runtime_handler=""}': 1,
    'kubelet_runtime_operations_errors_total{operation_type="run_podsandbox"}': 1,
    [`${failed}{container_type="container",code="ErrImagePull"}`]: 1,
    'kubelet_admission_rejections_total{reason="UnsupportedField"}': 1,
    'skerry_pods{phase="Failed"}': 1,
  });
});

Deno.test("a pod that is evicted is counted once, by the limit that it did not keep to", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").volume("cache", { emptyDir: { sizeLimit: "1Mi" } }).grace(60));
  const path = "/var/lib/skerry/pods/web-uid/volumes/kubernetes.io~empty-dir/cache";
  world.files.setUsedBytes(path, 2 ** 30);
  await world.advance(60 * second);
  shows(world, { 'kubelet_evictions{eviction_signal="emptydirfs.limit"}': 1 });
});

Deno.test("a pod that nobody names any more is counted as an orphan", async () => {
  await using world = await createWorld();
  await world.apply(pod("web"), pod("other"));
  await world.stopAgent();
  await world.delete("web");
  await world.startAgent();
  shows(world, {
    kubelet_orphaned_runtime_pods_total: 1,
    'kubelet_restarted_pods_total{static="true"}': undefined,
  });
});

Deno.test("a runtime that is away shows, and that it is back", async () => {
  const errors = ["Runtime does not answer, what runs goes on and starts wait"];
  await using world = await createWorld({ errors });
  await world.apply(pod("web"));
  shows(world, { skerry_runtime_reachable: 1, 'skerry_source_available{source="file"}': 1 });
  world.runtime.goDown();
  await world.advance(10 * second);
  shows(world, { skerry_runtime_reachable: 0 });
  world.runtime.comeBack();
  await world.advance(10 * second);
  shows(world, { skerry_runtime_reachable: 1 });
});

Deno.test("a static pod that comes again before it was gone is counted as restarted", async () => {
  await using world = await createWorld();
  world.runtime.delay("stopContainer", { ms: 5 * second });
  await world.apply(pod("web"));
  await world.delete("web");
  await world.apply(pod("web"));
  shows(world, {
    'kubelet_working_pods{lifecycle="terminating",config="orphan",static="true"}': 1,
  });
  await world.advance(60 * second);
  assert.equal(world.row("web"), "1/1 Running");
  shows(world, { 'kubelet_restarted_pods_total{static="true"}': 1 });
});
