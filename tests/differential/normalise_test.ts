/** What differs between two runs anyway is taken out, and nothing else. */
import assert from "node:assert/strict";
import { normalise, normaliseText } from "./normalise.ts";

const names = { namespace: "never-fails-kubelet", node: "node-k", uids: ["abcd"] };

const texts: readonly (readonly [string, string])[] = [
  ["exit code 3", "exit code 3"],
  [
    "back-off 10s restarting failed container=main pod=pod_never-fails-kubelet(abcd)",
    "back-off DURATION restarting failed container=main pod=pod_NAMESPACE(UID)",
  ],
  ["back-off 1m20s restarting", "back-off DURATION restarting"],
  [
    "dial tcp 10.88.0.7:8080: connect: connection refused",
    "dial tcp ADDRESS:8080: connect: connection refused",
  ],
  ["read tcp 10.0.0.1:51324->10.0.0.2:80: reset", "read tcp ADDRESS->ADDRESS:80: reset"],
  [`container ${"0a".repeat(32)} is gone`, "container ID is gone"],
  ["on node-k", "on NODE"],
  ["250m", "250m"],
];

for (const [given, expected] of texts) {
  Deno.test(`text: ${given.slice(0, 60)}`, () => {
    assert.equal(normaliseText(given, names), expected);
  });
}

Deno.test("times, ids and addresses of a status are replaced, what it says is not", () => {
  const status = {
    phase: "Running",
    startTime: "2026-01-01T00:00:00Z",
    podIPs: [{ ip: "10.0.0.1" }],
    containerStatuses: [{ containerID: "containerd://1", restartCount: 2, lastState: {} }],
  };
  assert.deepEqual(normalise(status, names), {
    phase: "Running",
    startTime: "TIME",
    podIPs: [{ ip: "ADDRESS" }],
    containerStatuses: [{ containerID: "ID", restartCount: 2, lastState: {} }],
  });
});

Deno.test("what is read of a cgroup without a limit is not there, nor what holds nothing else", () => {
  const none = { limits: { memory: "9007199254740988Ki" } };
  assert.deepEqual(normalise({ resources: none }, names), { resources: {} });
  const limits = { ...none.limits, cpu: "1" };
  assert.deepEqual(normalise({ limits }, names), { limits: { cpu: "1" } });
});
