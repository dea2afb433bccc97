/** What counts of a pod's start, and what does not. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import {
  cover,
  hasStarted,
  initContainersMs,
  isStateful,
  nothingCovered,
  type Span,
} from "./start_latency.ts";

const spans: Readonly<Record<string, readonly [readonly Span[], number]>> = {
  "none": [[], 0],
  "one": [[{ from: 10, to: 15 }], 5],
  "two apart": [[{ from: 10, to: 15 }, { from: 20, to: 21 }], 6],
  "two that overlap": [[{ from: 10, to: 15 }, { from: 12, to: 20 }], 10],
  "one within another": [[{ from: 10, to: 20 }, { from: 12, to: 15 }], 10],
  "one around another": [[{ from: 12, to: 15 }, { from: 10, to: 20 }], 8],
};

for (const [what, [given, expected]] of Object.entries(spans)) {
  Deno.test(`time that pulls cover: ${what}`, () => {
    assert.equal(given.reduce(cover, nothingCovered).ms, expected);
  });
}

Deno.test("a pod with more than scratch space and the cluster's own objects is stateful", () => {
  const stateful = (volume: Parameters<ReturnType<typeof pod>["volume"]>[1]): boolean =>
    isStateful(pod("web").volume("v", volume).build());
  assert.equal(isStateful(pod("web").build()), false);
  assert.equal(stateful({ emptyDir: {} }), false);
  assert.equal(stateful({ projected: { sources: [] } }), false);
  assert.equal(stateful({ hostPath: { path: "/data" } }), true);
});

Deno.test("init containers count while they ran, and the pod has started with its last container", () => {
  const container = { image: "", imageID: "", name: "main", ready: true, restartCount: 0 };
  const init = {
    ...container,
    name: "init",
    state: {
      terminated: {
        exitCode: 0,
        startedAt: "2026-01-01T00:00:00Z",
        finishedAt: "2026-01-01T00:00:05Z",
      },
    },
  };
  const status = { initContainerStatuses: [init, { ...container, name: "sidecar" }] };
  assert.equal(initContainersMs(status), 5_000);
  assert.equal(initContainersMs(undefined), 0);
  const running = { ...container, state: { running: { startedAt: "2026-01-01T00:00:06Z" } } };
  const shown = (containerStatuses: readonly (typeof container)[]) =>
    hasStarted({ ...pod("web").build(), status: { containerStatuses } });
  assert.equal(shown([running]), true);
  assert.equal(shown([running, { ...container, name: "late" }]), false);
});
