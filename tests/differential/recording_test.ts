/** A recording keeps the last status, the states passed through and the node's own events. */
import assert from "node:assert/strict";
import type { K8sContainerState, Pod } from "../../src/core/k8s.ts";
import { recording } from "./recording.ts";

const names = { namespace: "ns", node: "node-k", uids: ["u"] };

function seen(state: K8sContainerState): Pod {
  return {
    metadata: { name: "pod", namespace: "ns", uid: "u" },
    spec: {
      containers: [],
      restartPolicy: "Always",
      dnsPolicy: "Default",
      terminationGracePeriodSeconds: 1,
    },
    status: {
      containerStatuses: [{
        name: "main",
        image: "",
        imageID: "",
        ready: false,
        restartCount: 0,
        state,
      }],
    },
  };
}

Deno.test("states that repeat count once, and events of others not at all", () => {
  const made = recording({
    pods: [
      seen({ waiting: { reason: "ContainerCreating" } }),
      seen({ waiting: { reason: "ContainerCreating" } }),
      seen({ running: {} }),
      seen({ terminated: { reason: "Error", exitCode: 3 } }),
    ],
    events: [
      {
        metadata: { uid: "e1" },
        type: "Normal",
        reason: "Started",
        message: "Container started",
        source: { component: "kubelet" },
        involvedObject: { name: "pod", fieldPath: "spec.containers{main}" },
      },
      {
        metadata: { uid: "e2" },
        type: "Normal",
        reason: "Scheduled",
        message: "",
        reportingComponent: "default-scheduler",
      },
    ],
  }, names);
  assert.deepEqual(made.states, {
    "pod/main": ["#0 running", "#0 terminated Error 3"],
  });
  assert.deepEqual(made.events, ["Normal Started pod spec.containers{main}: Container started"]);
});

const ends: readonly { readonly lasted: string; readonly states: readonly string[] }[] = [
  { lasted: "00:00:01", states: ["#0 running briefly", "#0 terminated Error 3"] },
  { lasted: "00:00:02", states: ["#0 running", "#0 terminated Error 3"] },
];

for (const { lasted, states } of ends) {
  Deno.test(`a run of ${lasted} is remembered as ${states[0]}`, () => {
    const startedAt = "2026-01-01T00:00:00Z";
    const finishedAt = `2026-01-01T${lasted}Z`;
    const pods = [
      seen({ running: { startedAt } }),
      seen({ terminated: { reason: "Error", exitCode: 3, startedAt, finishedAt } }),
    ];
    assert.deepEqual(recording({ pods, events: [] }, names).states, { "pod/main": states });
  });
}

Deno.test("a container that never starts is seen to wait", () => {
  const pods = [seen({ waiting: { reason: "ContainerCreating" } })];
  assert.deepEqual(recording({ pods, events: [] }, names).states, {
    "pod/main": ["#0 waiting ContainerCreating"],
  });
});
