/** Tests of the measurements on the way to runtime, store and clock. */
import assert from "node:assert/strict";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { exposition } from "../../core/metrics/exposition.ts";
import { newMemory } from "../../core/pod/memory.ts";
import { Failed } from "../../ports/errors.ts";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeRuntime } from "../../../tests/fakes/runtime.ts";
import { fakeStore } from "../../../tests/fakes/store.ts";
import { measuredClock } from "./measured_clock.ts";
import { measuredCgroups, measuredImages, measuredRuntime } from "./measured_runtime.ts";
import { measuredStore } from "./measured_store.ts";

/** A fresh set of metrics, and the lines that begin like this. */
function measurements() {
  const metrics = createAgentMetrics();
  const lines = (start: string): readonly string[] =>
    exposition(metrics.registry.families()).split("\n").filter((line) => line.startsWith(start));
  return { metrics, lines };
}

Deno.test("measured runtime: a call is counted and timed under the kubelet's name, a failed one as well", async () => {
  const clock = fakeClock();
  const { metrics, lines } = measurements();
  const fake = fakeRuntime({ clock });
  const runtime = measuredRuntime({
    ...fake,
    async version() {
      await clock.advance(30);
      return fake.version();
    },
    runSandbox: () => Promise.reject(new Failed("no network")),
  }, { metrics: metrics.runtime, clock });
  await runtime.version();
  // deno-lint-ignore no-explicit-any -- which sandbox is of no interest to a runtime that makes none
  await assert.rejects(runtime.runSandbox({} as any, { handler: "kata" }), /no network/);
  assert.deepEqual(lines("kubelet_runtime_operations_total"), [
    'kubelet_runtime_operations_total{operation_type="version"} 1',
    'kubelet_runtime_operations_total{operation_type="run_podsandbox"} 1',
  ]);
  assert.deepEqual(lines("kubelet_runtime_operations_errors_total"), [
    'kubelet_runtime_operations_errors_total{operation_type="run_podsandbox"} 1',
  ]);
  assert.deepEqual(lines("kubelet_run_podsandbox_errors_total"), [
    'kubelet_run_podsandbox_errors_total{runtime_handler="kata"} 1',
  ]);
  const [sum] = lines("kubelet_runtime_operations_duration_seconds_sum");
  assert.equal(
    sum,
    'kubelet_runtime_operations_duration_seconds_sum{operation_type="version"} 0.03',
  );
});

Deno.test("measured images: calls of the image service count as runtime operations", async () => {
  const clock = fakeClock();
  const { metrics, lines } = measurements();
  const images = measuredImages(fakeRuntime({ clock }).images, { metrics: metrics.runtime, clock });
  await images.list();
  await images.status("busybox:1");
  assert.deepEqual(lines("kubelet_runtime_operations_total"), [
    'kubelet_runtime_operations_total{operation_type="list_images"} 1',
    'kubelet_runtime_operations_total{operation_type="image_status"} 1',
  ]);
});

Deno.test("measured cgroups: work that never waits is timed as well", async () => {
  let elapsed = 0;
  const clock = { monotonic: () => elapsed };
  const { metrics, lines } = measurements();
  const cgroups = measuredCgroups({
    ensure() {
      elapsed += 20;
      return Promise.resolve();
    },
    remove: () => Promise.reject(new Failed("busy")),
  }, { metrics: metrics.runtime, clock });
  await cgroups.ensure({ path: "/kubepods", values: {} });
  await assert.rejects(cgroups.remove("/kubepods"), /busy/);
  assert.deepEqual(lines("kubelet_cgroup_manager_duration_seconds_sum"), [
    'kubelet_cgroup_manager_duration_seconds_sum{operation_type="update"} 0.02',
    'kubelet_cgroup_manager_duration_seconds_sum{operation_type="destroy"} 0',
  ]);
});

Deno.test("measured store: writes are counted, those that fail as well", async () => {
  const { metrics, lines } = measurements();
  const fake = fakeStore();
  const store = measuredStore(fake, metrics.process);
  await store.memories.save("a", newMemory(0));
  fake.disk.full = true;
  await assert.rejects(store.memories.save("a", newMemory(1)));
  fake.disk.full = false;
  await store.memories.remove("a");
  assert.deepEqual((await store.memories.load()).size, 0);
  assert.deepEqual(lines("skerry_store"), [
    'skerry_store_write_errors_total{operation="save"} 1',
    'skerry_store_writes_total{operation="save"} 2',
    'skerry_store_writes_total{operation="remove"} 1',
  ]);
});

Deno.test("measured clock: how late a timer is shows, and a cancelled one does not", async () => {
  const clock = fakeClock();
  const { metrics, lines } = measurements();
  const late = measuredClock({
    ...clock,
    after: (ms, run) => clock.after(ms + 40, run),
  }, metrics.process);
  let ran = 0;
  late.after(1_000, () => ran++);
  late.after(1_000, () => ran++).cancel();
  await clock.advance(2_000);
  assert.equal(ran, 1);
  assert.deepEqual(lines("skerry_timer_delay_seconds_count"), [
    "skerry_timer_delay_seconds_count 1",
  ]);
  assert.deepEqual(lines("skerry_timer_delay_seconds_sum"), [
    "skerry_timer_delay_seconds_sum 0.04",
  ]);
});
