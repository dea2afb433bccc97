/** A difference is found, named by its place, and order where it means nothing is no difference. */
import assert from "node:assert/strict";
import { compare } from "./compare.ts";
import type { Recording } from "./recording.ts";

const same: Recording = {
  last: {
    pod: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }, { type: "Initialized", status: "True" }],
    },
  },
  states: { "pod/main": ["#0 waiting ContainerCreating", "#0 running"] },
  events: ["Normal Pulled pod: x", "Normal Started pod: y"],
};

Deno.test("what is the same has no difference, in whatever order its conditions come", () => {
  const turned = {
    ...same,
    last: {
      pod: {
        phase: "Running",
        conditions: [{ type: "Initialized", status: "True" }, { type: "Ready", status: "True" }],
      },
    },
  };
  assert.deepEqual(compare({ kubelet: same, skerry: turned }), []);
});

Deno.test("each difference is named by its place", () => {
  const other: Recording = {
    last: { pod: { phase: "Failed", conditions: [{ type: "Ready", status: "True" }] } },
    states: { "pod/main": ["#0 running"] },
    events: ["Normal Pulled pod: x", "Warning Failed pod: z"],
  };
  assert.deepEqual(compare({ kubelet: same, skerry: other }).map(({ where }) => where), [
    "last.pod.phase",
    "last.pod.conditions.Initialized",
    "states.pod/main",
    "events",
    "events",
  ]);
});

Deno.test("a run that was brief on one node need not be seen on the other", () => {
  const end = "#0 terminated Error 3";
  const brief: Recording = { ...same, states: { "pod/main": ["#0 running briefly", end] } };
  const longer: Recording = { ...same, states: { "pod/main": ["#0 running", end] } };
  const unseen: Recording = { ...same, states: { "pod/main": [end] } };
  assert.deepEqual(compare({ kubelet: brief, skerry: longer }), []);
  assert.deepEqual(compare({ kubelet: unseen, skerry: brief }), []);
  assert.equal(compare({ kubelet: longer, skerry: unseen }).length, 1);
});
