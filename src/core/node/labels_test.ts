/** Which labels a node may give itself. */
import assert from "node:assert/strict";
import { initialLabels, mayLabelItself } from "./labels.ts";

const MAY: readonly string[] = [
  "site",
  "example.com/site",
  "kubernetes.io/hostname",
  "beta.kubernetes.io/arch",
  "topology.kubernetes.io/zone",
  "node.kubernetes.io/instance-type",
  "node.kubernetes.io/anything",
  "sub.node.kubernetes.io/anything",
  "kubelet.kubernetes.io/anything",
  "notkubernetes.io/anything",
];

const MAY_NOT: readonly string[] = [
  "kubernetes.io/anything",
  "k8s.io/anything",
  "node-role.kubernetes.io/control-plane",
  "node-restriction.kubernetes.io/secure",
  "example.k8s.io/anything",
];

for (const key of MAY) {
  Deno.test(`a node may label itself ${key}`, () => assert.ok(mayLabelItself(key)));
}
for (const key of MAY_NOT) {
  Deno.test(`a node may not label itself ${key}`, () => assert.ok(!mayLabelItself(key)));
}

Deno.test("configured labels come over those that every node has", () => {
  const configured = { "kubernetes.io/hostname": "pi", site: "roof" };
  assert.deepEqual(initialLabels({ hostname: "edge-1", architecture: "arm64", configured }), {
    "kubernetes.io/hostname": "pi",
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "arm64",
    "beta.kubernetes.io/os": "linux",
    "beta.kubernetes.io/arch": "arm64",
    site: "roof",
  });
});
