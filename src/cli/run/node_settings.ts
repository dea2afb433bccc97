/** Puts together what the configuration says and what the machine tells of itself. */
import type { AgentSettings } from "../../agent/agent_ports.ts";
import {
  appArmorEnabled,
  cgroupVersion,
  cpuCapacityMilli,
  hostsFile,
  kernelVersion,
  memoryFacts,
  nodeAddresses,
  resolverConfig,
  swapAccounting,
  thermalPaths,
} from "../../adapters/linux/node_facts.ts";
import { initialLabels } from "../../core/node/labels.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import type { AdmissionNode } from "../../core/pod/admission/node.ts";
import { messageOf } from "../../ports/errors.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { ExitCode } from "../exit_codes.ts";

/** Throws CliError where the file that `resolvConf` names cannot be read. */
export async function agentSettings(configuration: Configuration): Promise<AgentSettings> {
  const { nodeIps, backoff, relistMs, parallelPulls, logRotation } = configuration;
  return {
    node: await nodeSettings(configuration),
    admission: admission(configuration),
    nodeIps: nodeIps.length > 0 ? nodeIps : nodeAddresses(),
    backoff,
    relistMs,
    parallelPulls,
    logRotation,
  };
}

async function nodeSettings(configuration: Configuration): Promise<NodeSettings> {
  const { nodeName, rootDir, podLogsDir, clusterDns, clusterDomain, seccompDefault } =
    configuration;
  const version = cgroupVersion();
  return {
    nodeName,
    paths: { rootDir, podLogsDir },
    cgroups: { ...configuration.cgroups, version, swapAccounting: swapAccounting(version) },
    memoryCapacityBytes: memoryFacts().totalBytes,
    cpuCapacityMilli: cpuCapacityMilli(),
    hostDns: await hostDns(configuration),
    hostsFile: await hostsFile(),
    maskedPaths: thermalPaths(),
    seccompDefault,
    clusterDns,
    clusterDomain,
  };
}

/** Of a node that belongs to no cluster. */
function admission({ nodeName, allowedUnsafeSysctls }: Configuration): AdmissionNode {
  return {
    name: nodeName,
    labels: initialLabels({
      hostname: nodeName,
      architecture: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
      configured: {},
    }),
    taints: [],
    allocatable: null,
    kernelVersion: kernelVersion(),
    allowedUnsafeSysctls,
    appArmor: appArmorEnabled(),
    supplementalGroupsPolicy: false,
  };
}

async function hostDns({ resolvConf }: Configuration): Promise<NodeSettings["hostDns"]> {
  if (resolvConf === undefined) return null;
  try {
    return await resolverConfig(resolvConf);
  } catch (err) {
    throw new CliError(`resolvConf: ${resolvConf} cannot be read: ${messageOf(err)}`, {
      exitCode: ExitCode.configuration,
      hint: 'name another file with resolvConf or --resolv-conf, or none with ""',
    });
  }
}
