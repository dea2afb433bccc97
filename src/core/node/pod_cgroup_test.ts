/** The limits of a pod's cgroup. */
import assert from "node:assert/strict";
import { node, type NodeOverrides } from "../../../tests/fakes/node.ts";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { podCgroup } from "./pod_cgroup.ts";

type Cgroups = NonNullable<NodeOverrides["cgroups"]>;
type Amounts = Readonly<Record<string, string>>;

function asks(requests: Amounts, limits: Amounts = {}): { readonly resources: object } {
  return { resources: { requests, limits } };
}

const half = { cpu: "500m", memory: "64Mi" };
const guaranteed = pod("a").container("main", asks(half, half));
const cases: readonly [name: string, pod: PodBuilder, Cgroups, values: Amounts][] = [
  ["asks for nothing", pod("a"), {}, { "cpu.shares": "2" }],
  ["asks for nothing, version 2", pod("a"), { version: 2 }, { "cpu.weight": "1" }],
  ["is guaranteed", guaranteed, {}, {
    "cpu.shares": "512",
    "cpu.cfs_period_us": "100000",
    "cpu.cfs_quota_us": "50000",
    "memory.limit_in_bytes": "67108864",
  }],
  ["is guaranteed, version 2, with few processes", guaranteed, { version: 2, podPidsLimit: 100 }, {
    "cpu.weight": "20",
    "cpu.max": "50000 100000",
    "memory.max": "67108864",
    "pids.max": "100",
  }],
  ["is not held to its CPU limit", guaranteed, { cpuCfsQuota: false }, {
    "cpu.shares": "512",
    "cpu.cfs_period_us": "100000",
    "cpu.cfs_quota_us": "-1",
    "memory.limit_in_bytes": "67108864",
  }],
  [
    "is not held to its CPU limit, version 2",
    guaranteed,
    { version: 2, cpuCfsQuota: false, cpuCfsQuotaPeriodMs: 5 },
    { "cpu.weight": "20", "cpu.max": "max 5000", "memory.max": "67108864" },
  ],
  [
    "has limits as a whole, and its containers have none",
    pod("a").spec(asks({ cpu: "500m" }, { cpu: "1", memory: "64Mi" })).container("a").container(
      "b",
    ),
    { version: 2 },
    { "cpu.weight": "20", "cpu.max": "100000 100000", "memory.max": "67108864" },
  ],
  [
    "requests as a whole what its containers do not limit",
    pod("a").spec(asks(half)).container("a"),
    {},
    { "cpu.shares": "512" },
  ],
  [
    "has a limit for one of two containers",
    pod("a").container("a", asks({ cpu: "1" }, { memory: "1Mi" })).container(
      "b",
      asks({ cpu: "1" }),
    ),
    {},
    { "cpu.shares": "2048" },
  ],
  [
    "has limits for memory everywhere",
    pod("a").container("a", asks({}, { memory: "1Mi" })).container(
      "b",
      asks({}, { memory: "2Mi" }),
    ),
    {},
    { "cpu.shares": "2", "memory.limit_in_bytes": "3145728" },
  ],
  [
    "has an init container that needs more",
    pod("a").initContainer("i", asks({ cpu: "2" })).container("a", asks({ cpu: "1" })),
    { podPidsLimit: 7 },
    { "cpu.shares": "2048", "pids.max": "7" },
  ],
];

for (const [name, builder, cgroups, values] of cases) {
  Deno.test(`the cgroup of a pod that ${name}`, () => {
    const spec = podCgroup({ pod: builder.build(), node: node({ cgroups }) });
    assert.deepEqual(spec?.values, values);
    assert.deepEqual(Object.keys(spec.values), Object.keys(values), "in the order of writing");
  });
}

Deno.test("without QoS cgroups a pod has none of its own", () => {
  const settings = node({ cgroups: { perQos: false } });
  assert.equal(podCgroup({ pod: guaranteed.build(), node: settings }), null);
});
