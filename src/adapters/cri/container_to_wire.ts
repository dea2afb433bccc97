/** A container's configuration in CRI's words. */
import type { ContainerConfig, ContainerSecurity, Mount } from "../../core/cri/types.ts";
import {
  ContainerConfig as WireConfig,
  LinuxContainerSecurityContext,
  Mount as WireMount,
  MountPropagation,
} from "./gen/runtime/v1/container.ts";
import { commonSecurityToWire, profileToWire, resourcesToWire } from "./security_to_wire.ts";

export function containerConfigToWire(config: ContainerConfig): WireConfig {
  const utf8 = new TextEncoder();
  return WireConfig.fromPartial({
    metadata: config.metadata,
    image: { image: config.image, userSpecifiedImage: config.userSpecifiedImage },
    command: config.command,
    args: config.args,
    workingDir: config.workingDir,
    envs: config.env.map(({ key, value }) => ({ key, value: utf8.encode(value) })),
    mounts: config.mounts.map(mountToWire),
    labels: config.labels,
    annotations: config.annotations,
    logPath: config.logPath,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    tty: config.tty,
    linux: {
      resources: resourcesToWire(config.resources),
      securityContext: securityToWire(config.security),
    },
  });
}

const propagations = {
  Private: MountPropagation.PROPAGATION_PRIVATE,
  HostToContainer: MountPropagation.PROPAGATION_HOST_TO_CONTAINER,
  Bidirectional: MountPropagation.PROPAGATION_BIDIRECTIONAL,
} as const;

function mountToWire({ propagation, ...mount }: Mount): WireMount {
  return WireMount.fromPartial({ ...mount, propagation: propagations[propagation] });
}

function securityToWire(security: ContainerSecurity): LinuxContainerSecurityContext {
  const { capabilities, appArmor, maskedPaths, readonlyPaths } = security;
  return LinuxContainerSecurityContext.fromPartial({
    ...commonSecurityToWire(security),
    runAsUsername: security.runAsUsername ?? "",
    readonlyRootfs: security.readonlyRootfs ?? false,
    noNewPrivs: security.noNewPrivileges ?? false,
    maskedPaths,
    readonlyPaths,
    ...(capabilities && {
      capabilities: { addCapabilities: capabilities.add, dropCapabilities: capabilities.drop },
    }),
    ...(appArmor && { apparmor: profileToWire(appArmor) }),
  });
}
