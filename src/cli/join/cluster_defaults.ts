/** What a cluster wants all of its nodes to be configured with. @see https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/kubelet-integration/ */
import { parseLocatedYaml } from "../../core/located_yaml.ts";
import { configMaps, type ObjectRef } from "../../core/kube/resource.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import type { Tree } from "../config/tree.ts";

/** kubeadm keeps the kubelets' configuration there, under the key `kubelet`. */
export const KUBELET_CONFIG: ObjectRef = {
  resource: configMaps,
  namespace: "kube-system",
  name: "kubelet-config",
};

/** The fields that are the cluster's to say; the others are about a machine, which differs from that of a kubelet. */
const CLUSTER_FIELDS = [
  "clusterDNS",
  "clusterDomain",
  "maxPods",
  "nodeLeaseDurationSeconds",
  "nodeStatusReportFrequency",
  "nodeStatusUpdateFrequency",
  "rotateCertificates",
  "serverTLSBootstrap",
];

/** Of the ConfigMap's text; nothing where it is no KubeletConfiguration. */
export function clusterDefaults(text: string): Tree {
  const parsed = parseLocatedYaml(text);
  const fields = parsed.ok ? parsed.value[0]?.value : undefined;
  if (!isPlainMap(fields) || fields["kind"] !== "KubeletConfiguration") return {};
  return Object.fromEntries(
    CLUSTER_FIELDS.map((name) => [name, fields[name]] as const).filter(([, value]) => isSet(value)),
  );
}

/** kubeadm writes every field; Go's zero values mean that nothing was said. */
function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null &&
    !["", "0s", 0, false].some((zero) => zero === value);
}
