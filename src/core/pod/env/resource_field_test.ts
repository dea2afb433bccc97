/** Amounts as the downward API shows them. */
import assert from "node:assert/strict";
import { resourceField } from "./resource_field.ts";

const container = {
  name: "main",
  resources: {
    requests: { cpu: "250m", memory: "64Mi", "hugepages-2Mi": "4Mi" },
    limits: { cpu: "1500m", memory: "100M" },
  },
};
const allocatable = { cpu: "2", memory: "1Gi", "ephemeral-storage": "10G" };

const cases: readonly [resource: string, divisor: string | undefined, shown: string][] = [
  ["requests.cpu", undefined, "1"],
  ["requests.cpu", "0", "1"],
  ["requests.cpu", "1m", "250"],
  ["limits.cpu", "1", "2"],
  ["limits.cpu", "1m", "1500"],
  ["requests.memory", undefined, "67108864"],
  ["requests.memory", "1Mi", "64"],
  ["limits.memory", "1Mi", "96"],
  ["limits.memory", "1k", "100000"],
  ["requests.ephemeral-storage", undefined, "0"],
  ["limits.ephemeral-storage", "1Gi", "10"],
  ["requests.hugepages-2Mi", "1Mi", "4"],
  ["limits.hugepages-2Mi", undefined, "0"],
];
for (const [resource, divisor, shown] of cases) {
  Deno.test(`${resource} by ${divisor ?? "no divisor"} is ${shown}`, () => {
    const selector = { resource, ...(divisor !== undefined && { divisor }) };
    assert.deepEqual(resourceField(selector, { container, allocatable }), {
      ok: true,
      value: shown,
    });
  });
}

Deno.test("what no container has is told by name", () => {
  for (const resource of ["limits.gpu", "cpu", "limits", "requests.pods"]) {
    assert.deepEqual(resourceField({ resource }, { container, allocatable }), {
      ok: false,
      error: `unsupported container resource : ${resource}`,
    });
  }
});
