/** A person's configuration file after a machine has joined. */
import assert from "node:assert/strict";
import { type ConfigurationEdit, editedConfiguration } from "./edit_configuration.ts";

const kubelet: ConfigurationEdit = {
  kind: "KubeletConfiguration",
  defaults: { clusterDNS: ["10.96.0.10"], clusterDomain: "cluster.local" },
  values: {},
};
const skerry: ConfigurationEdit = {
  kind: "SkerryConfiguration",
  defaults: { kubeconfig: "/var/lib/skerry/kubeconfig" },
  values: { nodeName: "edge-1", nodeLabels: { site: "yes" } },
};

const installed = `# Skerry's configuration: lists the flags.
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
staticPodPath: /etc/skerry/manifests # folder
# swap is fine here
failSwapOn: no
`;

Deno.test("a file that is not there is written with both documents", () => {
  assert.equal(
    editedConfiguration("", [kubelet, skerry]),
    `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
---
apiVersion: config.skerry.dev/v1alpha1
kind: SkerryConfiguration
kubeconfig: /var/lib/skerry/kubeconfig
nodeName: edge-1
nodeLabels:
  site: "yes"
`,
  );
});

Deno.test("what a person wrote stays, with comments; what is there is not set by default", () => {
  const text = `${installed}clusterDomain: edge.example
---
# ours
apiVersion: config.skerry.dev/v1alpha1
kind: SkerryConfiguration
nodeName: old # renamed
`;
  assert.equal(
    editedConfiguration(text, [kubelet, skerry]),
    `${installed}clusterDomain: edge.example
clusterDNS:
- 10.96.0.10
---
# ours
apiVersion: config.skerry.dev/v1alpha1
kind: SkerryConfiguration
nodeName: edge-1 # renamed
kubeconfig: /var/lib/skerry/kubeconfig
nodeLabels:
  site: "yes"
`,
  );
});

Deno.test("a file that says all of it already keeps each of its bytes", () => {
  const text = editedConfiguration(installed, [kubelet, skerry]).replaceAll("\n- ", "\n   -    ");
  assert.equal(editedConfiguration(text, [kubelet, skerry]), text);
});

Deno.test("JSON can be added to as well", () => {
  const text = '{"apiVersion": "config.skerry.dev/v1alpha1", "kind": "SkerryConfiguration"}\n';
  const edited = editedConfiguration(text, [{ ...skerry, values: {} }]);
  assert.match(edited, /kubeconfig: \/var\/lib\/skerry\/kubeconfig/);
  assert.match(edited, /"kind": "SkerryConfiguration"/);
});
