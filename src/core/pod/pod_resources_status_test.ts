/** What a status says of a pod's resources. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { podResourcesStatus } from "./pod_resources_status.ts";

const limited = {
  limits: { cpu: "500m", memory: "64M" },
  requests: { cpu: "250m", memory: "32Mi", "ephemeral-storage": "1Gi" },
};
const web = pod("web").container("a", { resources: limited });
const mixed = web.container("b", { resources: { requests: { cpu: "1m" } } });
const running = { status: { phase: "Running" } };

Deno.test("before the server shows it running, a pod has what it asks for", () => {
  assert.deepEqual(podResourcesStatus(mixed.build()), {
    allocatedResources: { cpu: "251m", memory: "32Mi", "ephemeral-storage": "1Gi" },
    resources: {
      requests: { cpu: "251m", memory: "32Mi", "ephemeral-storage": "1Gi" },
      limits: { cpu: "500m", memory: "64M" },
    },
  });
});

Deno.test("after that it has what its cgroup was set to", () => {
  assert.deepEqual(podResourcesStatus({ ...web.build(), ...running }).resources, {
    requests: { cpu: "250m", memory: "32Mi" },
    limits: { cpu: "500m", memory: "62500Ki" },
  });
  assert.deepEqual(podResourcesStatus({ ...mixed.build(), ...running }).resources, {
    requests: { cpu: "251m", memory: "32Mi" },
  });
});

Deno.test("a pod that asks as a whole has that", () => {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2Gi" } };
  const overhead = { memory: "64Mi" };
  const whole = mixed.spec({ resources, overhead }).build();
  const requests = { cpu: "1", memory: "1088Mi", "ephemeral-storage": "1Gi" };
  assert.deepEqual(podResourcesStatus(whole), {
    allocatedResources: requests,
    resources: { requests, limits: { cpu: "500m", memory: "2112Mi" } },
  });
  assert.deepEqual(podResourcesStatus({ ...whole, ...running }).resources, {
    requests: { cpu: "1", memory: "1Gi" },
    limits: { memory: "2112Mi" },
  });
});

Deno.test("a pod that asks for nothing has nothing", () => {
  for (const status of [undefined, "Running"]) {
    const idle = { ...pod("idle").build(), ...(status && { status: { phase: status } }) };
    assert.deepEqual(podResourcesStatus(idle), { resources: {} });
  }
});
