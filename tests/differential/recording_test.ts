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

Deno.test("a container that waits is recorded as waiting, one that runs as running", () => {
  const wait = seen({ waiting: { reason: "ContainerCreating" } });
  const waiting = recording({ pods: [wait], events: [] }, names);
  assert.deepEqual(waiting.states, { "pod/main": ["#0 waiting ContainerCreating"] });
  const running = recording({ pods: [wait, seen({ running: {} })], events: [] }, names);
  assert.deepEqual(running.states, { "pod/main": ["#0 running"] });
});

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
        type: "Normal",
        reason: "Started",
        message: "Container started",
        source: { component: "kubelet" },
        involvedObject: { name: "pod", fieldPath: "spec.containers{main}" },
      },
      { type: "Normal", reason: "Scheduled", message: "", reportingComponent: "default-scheduler" },
    ],
  }, names);
  assert.deepEqual(made.states, {
    "pod/main": ["#0 terminated Error 3"],
  });
  assert.deepEqual(made.events, ["Normal Started pod spec.containers{main}: Container started"]);
});
