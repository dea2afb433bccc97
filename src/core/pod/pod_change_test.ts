/** Which changes of a pod ask for work. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import type { Pod } from "../k8s.ts";
import { asksForWork } from "./pod_change.ts";

const web = pod("web").labels({ a: "1" }).build();
const own = { type: "Ready", status: "True" };
const foreign = { type: "example.com/Gate", status: "True" };

const cases: readonly (readonly [string, Pod, boolean])[] = [
  ["the same", { ...web }, false],
  ["a new version", withMetadata({ resourceVersion: "9" }), false],
  [
    "when it was seen",
    withMetadata({ annotations: { "kubernetes.io/config.seen": "now" } }),
    false,
  ],
  ["the node's own status", { ...web, status: { phase: "Running", conditions: [own] } }, false],
  ["a condition of somebody else", { ...web, status: { conditions: [foreign] } }, true],
  ["an end that the server tells of", { ...web, status: { phase: "Failed" } }, true],
  ["labels", withMetadata({ labels: { a: "2" } }), true],
  ["annotations", withMetadata({ annotations: { b: "2" } }), true],
  ["a deletion", withMetadata({ deletionTimestamp: "2026-01-01T00:00:00Z" }), true],
  ["less grace", withMetadata({ deletionGracePeriodSeconds: 1 }), true],
  [
    "a container to debug it",
    { ...web, spec: { ...web.spec, ephemeralContainers: [{ name: "debug" }] } },
    true,
  ],
  ["the spec", { ...web, spec: { ...web.spec, activeDeadlineSeconds: 1 } }, true],
];
for (const [name, after, expected] of cases) {
  Deno.test(`${expected ? "asks" : "does not ask"} for work: ${name}`, () => {
    assert.equal(asksForWork({ before: web, after }), expected);
  });
}

function withMetadata(more: Partial<Pod["metadata"]>): Pod {
  return { ...web, metadata: { ...web.metadata, ...more } };
}
