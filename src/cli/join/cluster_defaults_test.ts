/** What is taken from the configuration that kubeadm keeps for kubelets. */
import assert from "node:assert/strict";
import { clusterDefaults } from "./cluster_defaults.ts";

/** As kubeadm writes it. */
const kubeadm = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
kind: KubeletConfiguration
maxPods: 0
nodeStatusUpdateFrequency: 0s
resolvConf: /run/systemd/resolve/resolv.conf
rotateCertificates: true
serverTLSBootstrap: true
staticPodPath: /etc/kubernetes/manifests
`;

Deno.test("what the cluster has to say is taken, what is about a machine is not", () => {
  assert.deepEqual(clusterDefaults(kubeadm), {
    clusterDNS: ["10.96.0.10"],
    clusterDomain: "cluster.local",
    rotateCertificates: true,
    serverTLSBootstrap: true,
  });
});

for (const text of ["", "[1]", "{", "kind: Other\nclusterDomain: x\n"]) {
  Deno.test(`nothing is taken of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(clusterDefaults(text), {});
  });
}
