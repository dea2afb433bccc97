/** The cgroups of the QoS classes. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import { qosCgroups } from "./qos_cgroups.ts";

const capacity = { milliCpu: 4_000, memoryBytes: 1024 ** 3, pids: 32_768 };
const burstable = pod("a").container("main", { resources: { requests: { cpu: "250m" } } }).build();
const guaranteed = pod("b")
  .container("main", { resources: { limits: { cpu: "1", memory: "1Mi" } } }).build();
const pods = [burstable, burstable, guaranteed, pod("c").build()];

Deno.test("burstable pods weigh what they request, best-effort ones the least", () => {
  const { cgroups } = node();
  assert.deepEqual(qosCgroups({ cgroups, capacity, pods }), [
    {
      path: "/kubepods",
      values: {
        "cpu.shares": "4096",
        "memory.limit_in_bytes": "1073741824",
        "pids.max": "32768",
      },
    },
    { path: "/kubepods/burstable", values: { "cpu.shares": "512" } },
    { path: "/kubepods/besteffort", values: { "cpu.shares": "2" } },
  ]);
});

Deno.test("the same as slices of cgroup version 2", () => {
  const { cgroups } = node({ cgroups: { version: 2, driver: "systemd" } });
  assert.deepEqual(qosCgroups({ cgroups, capacity, pods: [] }), [
    {
      path: "/kubepods.slice",
      values: { "cpu.weight": "157", "memory.max": "1073741824", "pids.max": "32768" },
    },
    { path: "/kubepods.slice/kubepods-burstable.slice", values: { "cpu.weight": "1" } },
    { path: "/kubepods.slice/kubepods-besteffort.slice", values: { "cpu.weight": "1" } },
  ]);
});

Deno.test("there are none where they are turned off", () => {
  const { cgroups } = node({ cgroups: { perQos: false } });
  assert.deepEqual(qosCgroups({ cgroups, capacity, pods }), []);
});
