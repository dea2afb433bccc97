/** Requests against what is left of the node. */
import assert from "node:assert/strict";
import { admissionNode } from "../../../../tests/fakes/admission_node.ts";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import { refusalOf } from "./predicate.ts";
import { shortages } from "./resources.ts";

const allocatable = {
  cpu: "2",
  memory: "1Gi",
  pods: "3",
  "ephemeral-storage": "10Gi",
  "hugepages-2Mi": "4Mi",
  "example.com/gpu": "1",
};

function asking(requests: Readonly<Record<string, string>>, name = "web"): PodBuilder {
  return pod(name).container("main", { resources: { requests } });
}

function messages(builder: PodBuilder, ...others: readonly PodBuilder[]): readonly string[] {
  const context = {
    node: admissionNode({ allocatable }),
    others: others.map((other) => other.build()),
  };
  return shortages(builder.build(), context).map((each) => {
    const { reason, message } = refusalOf(each);
    return `${reason}: ${message}`;
  });
}

const prefix = "Node didn't have enough resource: ";
const small = asking({ cpu: "100m", memory: "64Mi" }, "small");

const cases: readonly [
  about: string,
  pod: PodBuilder,
  others: readonly PodBuilder[],
  expected: readonly string[],
][] = [
  ["nothing", pod("web"), [small], []],
  ["all that is left", asking({ cpu: "1900m", memory: "960Mi" }), [small], []],
  ["more processors than are left", asking({ cpu: "1901m" }), [small], [
    `OutOfcpu: ${prefix}cpu, requested: 1901, used: 100, capacity: 2000`,
  ]],
  ["more processors than there are", asking({ cpu: "4" }), [small], [
    `OutOfcpu: ${prefix}cpu, requested: 4000, used: 100, capacity: 2000`,
  ]],
  ["more memory than there is", asking({ memory: "2Gi" }), [small], [
    `OutOfmemory: ${prefix}memory, requested: 2147483648, used: 67108864, capacity: 1073741824`,
  ]],
  ["more disk than there is", asking({ "ephemeral-storage": "11Gi" }), [], [
    `OutOfephemeral-storage: ${prefix}ephemeral-storage, requested: 11811160064, used: 0, ` +
    "capacity: 10737418240",
  ]],
  ["more of everything", asking({ memory: "2Gi", cpu: "3", "ephemeral-storage": "20Gi" }), [], [
    `OutOfcpu: ${prefix}cpu, requested: 3000, used: 0, capacity: 2000`,
    `OutOfmemory: ${prefix}memory, requested: 2147483648, used: 0, capacity: 1073741824`,
    `OutOfephemeral-storage: ${prefix}ephemeral-storage, requested: 21474836480, used: 0, ` +
    "capacity: 10737418240",
  ]],
  ["a place among pods", pod("web"), [small, pod("b"), pod("c")], [
    `OutOfpods: ${prefix}pods, requested: 1, used: 3, capacity: 3`,
  ]],
  ["an extended resource that is taken", asking({ "example.com/gpu": "1" }), [
    asking({ "example.com/gpu": "1" }, "other"),
  ], [
    `OutOfexample.com/gpu: ${prefix}example.com/gpu, requested: 1, used: 1, capacity: 1`,
  ]],
  ["an extended resource that is the cluster's", asking({ "example.com/licence": "9" }), [], []],
  ["huge pages", asking({ "hugepages-2Mi": "6Mi", cpu: "1" }), [], [
    `OutOfhugepages-2Mi: ${prefix}hugepages-2Mi, requested: 6291456, used: 0, capacity: 4194304`,
  ]],
  ["huge pages of a size that the node has not", asking({ "hugepages-1Gi": "1Gi" }), [], [
    `OutOfhugepages-1Gi: ${prefix}hugepages-1Gi, requested: 1073741824, used: 0, capacity: 0`,
  ]],
  ["what counts nowhere", asking({ gpu: "9" }), [], []],
  ["fractions, each pod's rounded up", asking({ cpu: "1.9985" }), [
    asking({ cpu: "0.0005" }, "other"),
  ], []],
  [
    "what it costs to have it at all",
    asking({ cpu: "1" }).spec({ overhead: { cpu: "1500m" } }),
    [],
    [
      `OutOfcpu: ${prefix}cpu, requested: 2500, used: 0, capacity: 2000`,
    ],
  ],
  [
    "an init container's peak",
    small.initContainer("init", { resources: { requests: { cpu: "3" } } }),
    [],
    [`OutOfcpu: ${prefix}cpu, requested: 3000, used: 0, capacity: 2000`],
  ],
  [
    "a sidecar beside the rest",
    asking({ cpu: "1500m" }).sidecar("side", { resources: { requests: { cpu: "600m" } } }),
    [],
    [`OutOfcpu: ${prefix}cpu, requested: 2100, used: 0, capacity: 2000`],
  ],
];

for (const [about, builder, others, expected] of cases) {
  Deno.test(`a pod that requests ${about}`, () => {
    assert.deepEqual(messages(builder, ...others), expected);
  });
}
