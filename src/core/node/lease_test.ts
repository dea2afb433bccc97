/** The lease that is sent, whatever the clock shows. */
import assert from "node:assert/strict";
import { type Lease, renewedLease } from "./lease.ts";

const noon = Date.UTC(2026, 0, 1, 12);
const hour = 3_600_000;
const renewal = {
  nodeName: "edge-1",
  nodeUid: "uid-1",
  durationSeconds: 40,
  now: noon,
  elapsedMs: 10_000,
};

Deno.test("a new lease names its holder, its duration and its Node", () => {
  assert.deepEqual(renewedLease(null, renewal), {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: "edge-1",
      namespace: "kube-node-lease",
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "edge-1", uid: "uid-1" }],
    },
    spec: {
      holderIdentity: "edge-1",
      leaseDurationSeconds: 40,
      renewTime: "2026-01-01T12:00:00.000000Z",
    },
  });
});

Deno.test("a renewal changes the time and the duration, and leaves the rest", () => {
  const base: Lease = {
    metadata: { resourceVersion: "7", labels: { a: "b" }, ownerReferences: [] },
    spec: { holderIdentity: "other", leaseTransitions: 3, leaseDurationSeconds: 10 },
  };
  const { metadata, spec } = renewedLease(base, renewal);
  assert.deepEqual([metadata?.resourceVersion, metadata?.labels], ["7", { a: "b" }]);
  assert.equal(metadata?.ownerReferences?.[0]?.uid, "uid-1");
  assert.deepEqual(spec, {
    holderIdentity: "other",
    leaseTransitions: 3,
    leaseDurationSeconds: 40,
    renewTime: "2026-01-01T12:00:00.000000Z",
  });
});

const CASES: readonly (readonly [what: string, now: number, renewTime: string])[] = [
  ["goes on", noon, "2026-01-01T12:00:00.000000Z"],
  ["was set back an hour", noon - hour, "2026-01-01T11:59:55.500000Z"],
  ["was set forward an hour", noon + hour, "2026-01-01T13:00:00.000000Z"],
];

for (const [what, now, expected] of CASES) {
  Deno.test(`a renewal is later than the one before when the clock ${what}`, () => {
    const base = { spec: { renewTime: "2026-01-01T11:59:45.500000Z" } };
    assert.equal(renewedLease(base, { ...renewal, now }).spec?.renewTime, expected);
  });
}
