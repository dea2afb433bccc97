/** What kubeadm keeps in a cluster for the configuration of its nodes, and who may read it. */

const NAME = "kubelet-config";
const RBAC = "rbac.authorization.k8s.io";

/** The objects to apply; `kubelet` is the KubeletConfiguration, as YAML. Names of role and binding are kubeadm's. */
export function kubeletConfig(kubelet: string): readonly unknown[] {
  const metadata = { name: "kubeadm:kubelet-config", namespace: "kube-system" };
  const groups = ["system:nodes", "system:bootstrappers:kubeadm:default-node-token"];
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...metadata, name: NAME },
      data: { kubelet },
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "Role",
      metadata,
      rules: [{
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: [NAME],
        verbs: ["get"],
      }],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: RBAC, kind: "Role", name: metadata.name },
      subjects: groups.map((name) => ({ apiGroup: RBAC, kind: "Group", name })),
    },
  ];
}
