/** A sandbox's configuration in CRI's words. */
import type { PortMapping, SandboxConfig } from "../../core/cri/types.ts";
import {
  LinuxPodSandboxConfig,
  PodSandboxConfig,
  type PortMapping as WirePortMapping,
  Protocol,
} from "./gen/runtime/v1/sandbox_config.ts";
import { commonSecurityToWire, resourcesToWire } from "./security_to_wire.ts";

export function sandboxConfigToWire(config: SandboxConfig): PodSandboxConfig {
  return PodSandboxConfig.fromPartial({
    metadata: config.metadata,
    hostname: config.hostname,
    logDirectory: config.logDirectory,
    ...(config.dns && { dnsConfig: config.dns }),
    portMappings: config.portMappings.map(portToWire),
    labels: config.labels,
    annotations: config.annotations,
    linux: linuxToWire(config),
  });
}

function linuxToWire(config: SandboxConfig): LinuxPodSandboxConfig {
  return LinuxPodSandboxConfig.fromPartial({
    cgroupParent: config.cgroupParent ?? "",
    securityContext: commonSecurityToWire(config.security),
    sysctls: config.sysctls,
    // Sent empty as well: that a pod has no overhead is something to know.
    overhead: resourcesToWire(config.overhead ?? {}),
    resources: resourcesToWire(config.resources),
  });
}

function portToWire(
  { protocol, containerPort, hostPort, hostIp = "" }: PortMapping,
): WirePortMapping {
  return { protocol: Protocol[protocol], containerPort, hostPort, hostIp };
}
