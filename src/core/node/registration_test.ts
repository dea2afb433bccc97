/** What a Node is created with, and what an existing one is given. */
import assert from "node:assert/strict";
import type { Node, RegistrationSettings } from "./node_object.ts";
import { adoptionPatch, initialNode } from "./registration.ts";

const settings: RegistrationSettings = {
  labels: { site: "roof", "topology.kubernetes.io/zone": "north" },
  taints: [{ key: "edge", value: "true", effect: "NoSchedule" }],
  providerId: "edge://1",
  controllerAttachDetach: true,
};
const wanted = initialNode({ name: "edge-1", architecture: "arm64", settings, status: {} });
const annotation = "volumes.kubernetes.io/controller-managed-attach-detach";

Deno.test("a new Node has labels, taints, the provider's ID and the annotation", () => {
  assert.equal(wanted.metadata?.name, "edge-1");
  assert.equal(wanted.metadata?.labels?.["site"], "roof");
  assert.deepEqual(wanted.metadata?.annotations, { [annotation]: "true" });
  assert.deepEqual(wanted.spec, { providerID: "edge://1", taints: settings.taints });
});

Deno.test("without configuration a new Node has nothing of these", () => {
  const none = { labels: {}, taints: [], providerId: "", controllerAttachDetach: false };
  const node = initialNode({ name: "e", architecture: "arm64", settings: none, status: {} });
  assert.deepEqual(node.spec, {});
  assert.equal(node.metadata?.annotations, undefined);
});

Deno.test("a Node that is as wanted needs nothing", () => {
  assert.equal(adoptionPatch({ existing: wanted, wanted }), null);
});

Deno.test("an existing Node gets the labels that are this machine's, and no others", () => {
  const existing: Node = {
    metadata: {
      labels: { "kubernetes.io/arch": "amd64", foreign: "stays" },
      annotations: { other: "stays" },
    },
    spec: { taints: [{ key: "foreign", effect: "NoExecute" }] },
  };
  assert.deepEqual(adoptionPatch({ existing, wanted }), {
    metadata: {
      labels: {
        "kubernetes.io/hostname": "edge-1",
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "arm64",
        "beta.kubernetes.io/os": "linux",
        "beta.kubernetes.io/arch": "arm64",
        "topology.kubernetes.io/zone": "north",
      },
      annotations: { [annotation]: "true" },
    },
  });
});

Deno.test("an annotation that does not hold any more goes", () => {
  const without = { ...wanted, metadata: { ...wanted.metadata, annotations: {} } };
  assert.deepEqual(adoptionPatch({ existing: wanted, wanted: without }), {
    metadata: { annotations: { [annotation]: null } },
  });
});
