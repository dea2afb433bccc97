/** Whether a pod may set the kernel parameters that it asks for. */
import type { Pod } from "../../k8s.ts";
import {
  namespaceOf,
  normalName,
  patternOf,
  safeSysctls,
  type SysctlNamespace,
} from "../../node/sysctls.ts";
import type { AdmissionNode } from "./node.ts";
import type { Refusal } from "./refusal.ts";

type SysctlNode = Pick<AdmissionNode, "kernelVersion" | "allowedUnsafeSysctls">;

/** @see https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/ */
export function refusedForSysctls(
  { spec }: Pick<Pod, "spec">,
  node: SysctlNode,
): Refusal | null {
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    const why = forbidden(normalName(name), spec, node);
    if (why !== null) return { reason: "SysctlForbidden", message: `forbidden sysctl: ${why}` };
  }
  return null;
}

/** A parameter of a namespace that the pod shares with the node is the node's. */
function forbidden(name: string, spec: Pod["spec"], node: SysctlNode): string | null {
  const allowed = [...safeSysctls(node.kernelVersion), ...node.allowedUnsafeSysctls];
  const quoted = JSON.stringify(name);
  const entry = allowed.map(patternOf).find(({ start, isPrefix }) =>
    isPrefix ? name.startsWith(start) : name === start
  );
  if (entry === undefined) return `${quoted} not allowlisted`;
  const namespace = namespaceOf(entry.start);
  return isShared(namespace, spec) ? `${quoted} not allowed with host ${namespace} enabled` : null;
}

function isShared(namespace: SysctlNamespace | null, spec: Pod["spec"]): boolean {
  switch (namespace) {
    case "IPC":
      return spec.hostIPC === true;
    case "Net":
      return spec.hostNetwork === true;
    case "User":
      return spec.hostUsers !== false;
    default:
      return false;
  }
}
