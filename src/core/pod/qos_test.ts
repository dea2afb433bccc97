/** Which quality of service class a pod is of. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { type QosClass, qosClass } from "./qos.ts";

type Amounts = Readonly<Record<string, string>>;

const full: Amounts = { cpu: "500m", memory: "64Mi" };

function asks(requests: Amounts, limits: Amounts = {}): { readonly resources: object } {
  return { resources: { requests, limits } };
}

const bare = pod("web");

function whole(requests: Amounts, limits: Amounts = {}): PodBuilder {
  return bare.spec({ resources: { requests, limits } });
}

const cases: readonly [name: string, pod: PodBuilder, expected: QosClass][] = [
  ["asks for nothing", bare, "BestEffort"],
  ["asks for zero", bare.container("a", asks({ cpu: "0" }, { memory: "0" })), "BestEffort"],
  ["asks only for another resource", bare.container("a", asks({ "x.y/z": "1" })), "BestEffort"],
  ["requests its limits", bare.container("a", asks(full, full)), "Guaranteed"],
  ["limits alone, which are requests too", bare.container("a", asks({}, full)), "Guaranteed"],
  [
    "the same amounts in other words",
    bare.container("a", asks({ cpu: "0.5", memory: "67108864" }, full)),
    "Guaranteed",
  ],
  ["requests alone", bare.container("a", asks(full)), "Burstable"],
  ["limits of CPU alone", bare.container("a", asks({}, { cpu: "1" })), "Burstable"],
  [
    "requests less than its limits",
    bare.container("a", asks({ ...full, cpu: "1m" }, full)),
    "Burstable",
  ],
  [
    "one of two containers without limits",
    bare.container("a", asks({}, full)).container("b"),
    "Burstable",
  ],
  [
    "an init container without limits",
    bare.initContainer("i").container("a", asks({}, full)),
    "Burstable",
  ],
  ["only a sidecar asks", bare.sidecar("s", asks({ cpu: "1" })).container("a"), "Burstable"],
  [
    "init container, sidecar and container limited",
    bare.initContainer("i", asks({}, full)).sidecar("s", asks({}, full))
      .container("a", asks({}, full)),
    "Guaranteed",
  ],
  ["asks as a whole", whole(full).container("a"), "Burstable"],
  ["is limited as a whole to what it requests", whole(full, full).container("a"), "Guaranteed"],
  [
    "is limited as a whole, whatever its containers ask for",
    whole(full, full).container("a", asks({ cpu: "1m" })),
    "Guaranteed",
  ],
  [
    "asks for zero as a whole, whatever its containers ask for",
    whole({ cpu: "0" }).container("a", asks({}, full)),
    "BestEffort",
  ],
  [
    "names nothing as a whole, so that its containers count",
    bare.spec({ resources: { requests: {} } }).container("a", asks({}, full)),
    "Guaranteed",
  ],
];

for (const [name, builder, expected] of cases) {
  Deno.test(`QoS class of a pod that ${name}: ${expected}`, () => {
    assert.equal(qosClass(builder.build()), expected);
  });
}
