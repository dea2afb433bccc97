/** How the API server's objects become pods. */
import assert from "node:assert/strict";
import { decodePod } from "./decode_pod.ts";

const metadata = { name: "web", namespace: "default", uid: "u" };
const spec = { containers: [{ name: "main", image: "busybox:1" }] };

Deno.test("an item of a list is a pod, with defaults and the node's marks", () => {
  const decoded = decodePod({ metadata: { ...metadata, managedFields: [{}] }, spec }, 0);
  assert.ok(decoded.ok);
  const { value: pod } = decoded;
  assert.deepEqual(pod.metadata, {
    ...metadata,
    annotations: {
      "kubernetes.io/config.seen": "1970-01-01T00:00:00.000Z",
      "kubernetes.io/config.source": "api",
    },
  });
  assert.equal(pod.spec.terminationGracePeriodSeconds, 30);
  assert.equal(pod.spec.containers[0]?.imagePullPolicy, "IfNotPresent");
});

Deno.test("unknown fields and nulls are dropped; the status stays as it is", () => {
  const status = { phase: "Running", fromTheFuture: [1], conditions: [{ lastProbeTime: null }] };
  const decoded = decodePod({
    kind: "Pod",
    metadata: { ...metadata, creationTimestamp: null, odd: 1 },
    spec: { ...spec, odd: {}, containers: [{ ...spec.containers[0], odd: [] }] },
    status,
    odd: true,
  }, 0);
  assert.ok(decoded.ok);
  assert.ok(!JSON.stringify({ ...decoded.value, status: {} }).includes("odd"));
  assert.deepEqual(decoded.value.status, status);
});

Deno.test("a deletion is read", () => {
  const deletion = { deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 5 };
  const decoded = decodePod({ metadata: { ...metadata, ...deletion }, spec }, 0);
  assert.ok(decoded.ok);
  assert.equal(decoded.value.metadata.deletionGracePeriodSeconds, 5);
});

const wrong: readonly (readonly [unknown, string])[] = [
  [{ kind: "Service", metadata, spec }, "expected a Pod, found Service"],
  ["pod", 'expected a Pod, found "pod"'],
  [{ metadata }, "spec: required, but not there"],
  [{ metadata: { name: "web" }, spec }, "a pod needs a name, a namespace and a UID"],
  [
    { metadata, spec: { containers: [{ name: 1 }] } },
    "spec.containers[0].name: expected a string, found 1 (in quotes it is a string)",
  ],
];
for (const [object, error] of wrong) {
  Deno.test(`no pod: ${error}`, () => {
    assert.deepEqual(decodePod(object, 0), { ok: false, error });
  });
}
