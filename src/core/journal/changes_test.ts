/** Transitions are small, and give the whole status again. */
import assert from "node:assert/strict";
import { changesOf, withChanges } from "./changes.ts";
import type { PlainMap } from "../plain_map.ts";

const waiting: PlainMap = {
  phase: "Pending",
  podIPs: [{ ip: "10.0.0.1" }],
  conditions: [
    { type: "Ready", status: "False", lastTransitionTime: "2026-01-01T00:00:00Z" },
    { type: "PodScheduled", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
  ],
  containerStatuses: [
    { name: "one", image: "busybox:1", state: { waiting: { reason: "ContainerCreating" } } },
    { name: "two", image: "busybox:1", state: { waiting: { reason: "ContainerCreating" } } },
  ],
};
const running: PlainMap = {
  ...waiting,
  phase: "Running",
  conditions: [
    { type: "Ready", status: "False", lastTransitionTime: "2026-01-01T00:00:00Z" },
    { type: "PodScheduled", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" },
  ],
  containerStatuses: [
    { name: "one", image: "busybox:1", state: { running: { startedAt: "2026-01-01T00:00:05Z" } } },
    { name: "two", image: "busybox:1", state: { waiting: { reason: "ContainerCreating" } } },
  ],
};

Deno.test("changes name the container and the field alone", () => {
  assert.deepEqual(changesOf({ before: waiting, after: running }), {
    phase: "Running",
    containerStatuses: {
      one: { state: { waiting: null, running: { startedAt: "2026-01-01T00:00:05Z" } } },
    },
  });
});

Deno.test("without a change there is none", () => {
  assert.equal(changesOf({ before: waiting, after: JSON.parse(JSON.stringify(waiting)) }), null);
});

Deno.test("the first status and its changes make the last one, with lists as lists", () => {
  const first = changesOf({ before: {}, after: waiting });
  const second = changesOf({ before: waiting, after: running });
  assert.ok(first && second);
  assert.deepEqual(withChanges(withChanges({}, first), second), running);
});

Deno.test("changes that come once more over a newer status leave it as it is", () => {
  const first = changesOf({ before: {}, after: waiting });
  const second = changesOf({ before: waiting, after: running });
  assert.ok(first && second);
  assert.deepEqual(withChanges(withChanges(running, first), second), running);
});
