/** Security contexts, security profiles and resources in CRI's words. */
import type {
  LinuxResources,
  NamespaceOptions,
  SandboxSecurity,
  SecurityProfile,
} from "../../core/cri/types.ts";
import {
  LinuxContainerResources,
  NamespaceMode,
  NamespaceOption,
  SecurityProfile as WireProfile,
  SecurityProfile_ProfileType as ProfileType,
  SupplementalGroupsPolicy,
} from "./gen/runtime/v1/common.ts";
import { LinuxSandboxSecurityContext } from "./gen/runtime/v1/sandbox_config.ts";

const modes = {
  Pod: NamespaceMode.POD,
  Container: NamespaceMode.CONTAINER,
  Node: NamespaceMode.NODE,
  Target: NamespaceMode.TARGET,
} as const;

/** What sandboxes and containers have in common. */
export function commonSecurityToWire(security: SandboxSecurity): LinuxSandboxSecurityContext {
  const { runAsUser, runAsGroup, supplementalGroupsPolicy = "Merge", seLinux } = security;
  return LinuxSandboxSecurityContext.fromPartial({
    namespaceOptions: namespacesToWire(security.namespaces),
    seccomp: profileToWire(security.seccomp),
    ...(runAsUser !== undefined && { runAsUser: { value: runAsUser } }),
    ...(runAsGroup !== undefined && { runAsGroup: { value: runAsGroup } }),
    supplementalGroups: security.supplementalGroups ?? [],
    supplementalGroupsPolicy: SupplementalGroupsPolicy[supplementalGroupsPolicy],
    privileged: security.privileged ?? false,
    ...(seLinux && { selinuxOptions: seLinux }),
  });
}

function namespacesToWire(
  { network, pid, ipc, targetId = "" }: NamespaceOptions,
): NamespaceOption {
  return NamespaceOption.fromPartial({
    network: modes[network],
    pid: modes[pid],
    ipc: modes[ipc],
    targetId,
  });
}

export function profileToWire({ type, localhostRef = "" }: SecurityProfile): WireProfile {
  return { profileType: ProfileType[type], localhostRef };
}

/** What is left out is 0, which leaves the kernel's default. */
export function resourcesToWire(resources: LinuxResources): LinuxContainerResources {
  return LinuxContainerResources.fromPartial({
    cpuPeriod: resources.cpuPeriod ?? 0,
    cpuQuota: resources.cpuQuota ?? 0,
    cpuShares: resources.cpuShares ?? 0,
    memoryLimitInBytes: resources.memoryLimitBytes ?? 0,
    memorySwapLimitInBytes: resources.memorySwapLimitBytes ?? 0,
    oomScoreAdj: resources.oomScoreAdj ?? 0,
    unified: resources.unified ?? {},
  });
}
