/** What the runtime is told of a pod's sandbox. */
import { type Container, isSidecar, type Pod } from "../k8s.ts";
import { cgroupParentOf } from "../node/cgroup_paths.ts";
import { normalName } from "../node/sysctls.ts";
import type { NodeSettings } from "../node/settings.ts";
import { podLogDir } from "../pod/paths.ts";
import { podDns } from "./dns.ts";
import { kernelHostname, podHostname } from "./hostname.ts";
import { label } from "./labels.ts";
import { sandboxOverhead, sandboxResources } from "./resources.ts";
import { sandboxSecurity } from "./sandbox_security.ts";
import type { Labels, PortMapping, SandboxConfig } from "./types.ts";

export interface SandboxConfigInput {
  readonly pod: Pod;
  /** From 0, one more for each new sandbox of the pod. */
  readonly attempt: number;
  readonly node: NodeSettings;
}

/** A pod whose full name is too long for the kernel gets the short one here; see `kernelHostname`, which refuses it. */
export function sandboxConfig({ pod, attempt, node }: SandboxConfigInput): SandboxConfig {
  const { name, namespace, uid, annotations } = pod.metadata;
  const hostname = kernelHostname({ pod, node });
  const overhead = sandboxOverhead({ pod, node });
  const cgroupParent = cgroupParentOf({ pod, cgroups: node.cgroups });
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: hostname.ok ? hostname.value : podHostname({ pod, node }).hostname,
    logDirectory: podLogDir(node.paths, pod.metadata),
    dns: podDns({ pod, node }).config,
    portMappings: portMappings(pod),
    labels: sandboxLabels(pod),
    annotations: { ...annotations },
    ...(cgroupParent === undefined ? {} : { cgroupParent }),
    security: sandboxSecurity(pod),
    sysctls: sandboxSysctls(pod),
    resources: sandboxResources({ pod, node }),
    ...(overhead === undefined ? {} : { overhead }),
  };
}

function sandboxSysctls({ spec }: Pod): Labels {
  const sysctls = spec.securityContext?.sysctls ?? [];
  return Object.fromEntries(sysctls.map(({ name, value }) => [normalName(name), value]));
}

function sandboxLabels({ metadata: { name, namespace, uid, labels } }: Pod): Labels {
  return { ...labels, [label.podName]: name, [label.podNamespace]: namespace, [label.podUid]: uid };
}

/** The host's ports that lead to the pod. On the host's network they need no leading; init containers have none. */
function portMappings({ spec }: Pod): readonly PortMapping[] {
  if (spec.hostNetwork) return [];
  const sidecars = spec.initContainers?.filter(isSidecar) ?? [];
  return [...spec.containers, ...sidecars].flatMap(containerPortMappings);
}

function containerPortMappings({ ports = [] }: Container): readonly PortMapping[] {
  return ports.filter(({ hostPort = 0 }) => hostPort > 0).map((port) => ({
    protocol: protocolOf(port.protocol),
    containerPort: port.containerPort,
    hostPort: port.hostPort ?? 0,
    ...(port.hostIP ? { hostIp: port.hostIP } : {}),
  }));
}

function protocolOf(protocol = "TCP"): PortMapping["protocol"] {
  return protocol === "UDP" || protocol === "SCTP" ? protocol : "TCP";
}
