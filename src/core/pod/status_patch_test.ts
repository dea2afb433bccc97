/** What of a pod's status is told to the API server. */
import assert from "node:assert/strict";
import type { PodCondition, PodStatus } from "../k8s.ts";
import { statusPatch } from "./status_patch.ts";

const ready: PodCondition = { type: "Ready", status: "True", lastTransitionTime: "t1" };
const foreign: PodCondition = { type: "example.com/Gate", status: "True" };

const cases: readonly {
  readonly name: string;
  readonly before: PodStatus;
  readonly after: PodStatus;
  readonly patch: unknown;
}[] = [
  {
    name: "nothing where nothing differs",
    before: { phase: "Running", podIPs: [{ ip: "10.0.0.1" }], conditions: [ready] },
    after: { phase: "Running", podIPs: [{ ip: "10.0.0.1" }], conditions: [ready] },
    patch: null,
  },
  {
    name: "only the fields that differ, and null for those that are gone",
    before: { phase: "Pending", reason: "Slow", message: "wait", qosClass: "Burstable" },
    after: { phase: "Running", qosClass: "Burstable", observedGeneration: 2 },
    patch: { phase: "Running", reason: null, message: null, observedGeneration: 2 },
  },
  {
    name: "the class that the server has given stays",
    before: { qosClass: "Burstable" },
    after: { qosClass: "BestEffort" },
    patch: null,
  },
  {
    name: "the conditions of others are left alone",
    before: { conditions: [foreign, ready] },
    after: { conditions: [{ type: "example.com/Gate", status: "False" }, ready] },
    patch: null,
  },
  {
    name: "of a condition only what differs",
    before: { conditions: [{ ...ready, reason: "Old" }] },
    after: { conditions: [{ ...ready, status: "False", message: "no" }] },
    patch: { conditions: [{ type: "Ready", reason: null, status: "False", message: "no" }] },
  },
  {
    name: "an own condition that is not said any more is taken away",
    before: { conditions: [foreign, ready] },
    after: {},
    patch: { conditions: [{ type: "Ready", $patch: "delete" }] },
  },
  {
    name: "the statuses of containers as a whole",
    before: { containerStatuses: [status("a", 0), status("b", 0)] },
    after: { containerStatuses: [status("a", 1), status("b", 0)] },
    patch: { containerStatuses: [status("a", 1), status("b", 0)] },
  },
  {
    name: "addresses one by one, in their order",
    before: { podIPs: [{ ip: "10.0.0.1" }] },
    after: { podIPs: [{ ip: "10.0.0.2" }, { ip: "fd00::2" }] },
    patch: {
      "$setElementOrder/podIPs": [{ ip: "10.0.0.2" }, { ip: "fd00::2" }],
      podIPs: [{ ip: "10.0.0.2" }, { ip: "fd00::2" }, { ip: "10.0.0.1", $patch: "delete" }],
    },
  },
  {
    name: "amounts one by one",
    before: { resources: { requests: { cpu: "1", memory: "1Mi" }, limits: { cpu: "2" } } },
    after: { resources: { requests: { cpu: "2" }, limits: { cpu: "2" } } },
    patch: { resources: { requests: { cpu: "2", memory: null } } },
  },
];

for (const { name, before, after, patch } of cases) {
  Deno.test(`status patch: ${name}`, () => {
    const expected = patch === null ? null : { metadata: { uid: "u" }, status: patch };
    assert.deepEqual(statusPatch({ uid: "u", before, after }), expected);
  });
}

function status(name: string, restartCount: number): NonNullable<
  PodStatus["containerStatuses"]
>[number] {
  return { name, restartCount, ready: true, image: "i", imageID: "", lastState: {} };
}
