/** What all pods together may use. */
import assert from "node:assert/strict";
import { podsCapacity } from "./pods_capacity.ts";
import { resourceList } from "./resource_list.ts";

const gibibyte = 1024 ** 3;
const machine = { size: { cpus: 4, memoryBytes: 4 * gibibyte }, processes: { max: 32_768 } };
const reservations = {
  system: resourceList({ cpu: "500m", memory: "1Gi" }),
  kube: resourceList({ memory: "1Gi", pid: "768" }),
  evictionHard: [{ signal: "memory.available" as const, value: { share: 0.5 } }],
};

Deno.test("pods may use what is not reserved", () => {
  const cluster = { enforcePods: true, reservations };
  assert.deepEqual(podsCapacity({ ...machine, cluster }), {
    milliCpu: 3_500,
    memoryBytes: 2 * gibibyte,
    pids: 32_000,
  });
});

Deno.test("pods may use everything where nothing is enforced", () => {
  const cluster = { enforcePods: false, reservations };
  assert.deepEqual(podsCapacity({ ...machine, cluster }), {
    milliCpu: 4_000,
    memoryBytes: 4 * gibibyte,
    pids: 32_768,
  });
});
