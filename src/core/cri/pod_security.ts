/** What sandbox and containers of a pod have in common: namespaces and groups. */
import type { Pod } from "../k8s.ts";
import type { NamespaceOptions, SandboxSecurity } from "./types.ts";

type PodSecurity = Pick<
  SandboxSecurity,
  "namespaces" | "supplementalGroups" | "supplementalGroupsPolicy"
>;

/** The group that owns the pod's volumes comes first. */
export function podSecurity(spec: Pod["spec"]): PodSecurity {
  const { fsGroup, supplementalGroups = [], supplementalGroupsPolicy } = spec.securityContext ?? {};
  return {
    namespaces: podNamespaces({ spec }),
    supplementalGroups: [...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups],
    ...(supplementalGroupsPolicy === "Strict" ? { supplementalGroupsPolicy } : {}),
  };
}

/** Which namespaces the pod's containers share with each other ("Pod") or the node ("Node"). @see CRI NamespaceOption */
export function podNamespaces({ spec }: Pick<Pod, "spec">): NamespaceOptions {
  return {
    network: spec.hostNetwork ? "Node" : "Pod",
    pid: spec.hostPID ? "Node" : spec.shareProcessNamespace ? "Pod" : "Container",
    ipc: spec.hostIPC ? "Node" : "Pod",
  };
}
