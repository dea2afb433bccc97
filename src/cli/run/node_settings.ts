/** Puts together what the configuration says and what the machine tells of itself. */
import type { AgentSettings } from "../../agent/agent_ports.ts";
import {
  appArmorEnabled,
  cgroupVersion,
  cpuCapacityMilli,
  hostsFile,
  memoryFacts,
  resolverConfig,
  swapAccounting,
  thermalPaths,
} from "../../adapters/linux/node_facts.ts";
import { nodeIps } from "../../core/node/addresses.ts";
import { initialLabels } from "../../core/node/labels.ts";
import { podsCapacity } from "../../core/node/pods_capacity.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import type { AdmissionNode } from "../../core/pod/admission/node.ts";
import type { Machine } from "../../ports/machine.ts";
import { messageOf } from "../../ports/errors.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { ExitCode } from "../exit_codes.ts";

/** Throws CliError where the file that `resolvConf` names cannot be read. */
export async function agentSettings(
  configuration: Configuration,
  machine: Machine,
): Promise<AgentSettings> {
  const { backoff, relistMs, parallelPulls, imageGc, logRotation, journal } = configuration;
  const cluster = { ...configuration.cluster, configuredIps: configuration.nodeIps };
  const node = await nodeSettings(configuration);
  const [size, processes] = await Promise.all([machine.size(), machine.processes()]);
  return {
    node,
    admission: await admission(configuration, machine),
    cluster,
    podsCapacity: podsCapacity({ size, processes, cluster }),
    nodeIps: await addresses({ node, cluster }, machine),
    backoff,
    relistMs,
    parallelPulls,
    imageGc,
    logRotation,
    journal,
    ...configuration.relay && { relay: configuration.relay.settings },
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

/** While the network is not up, pods show the address that is configured, or none. */
async function addresses(
  { node, cluster }: Pick<AgentSettings, "node" | "cluster">,
  machine: Machine,
): Promise<readonly string[]> {
  const host = await machine.addresses();
  const found = nodeIps({ ...node, configured: cluster.configuredIps, host });
  return found.ok ? found.value : cluster.configuredIps;
}

/** Of a node that belongs to no cluster. */
async function admission(
  { nodeName, cluster, allowedUnsafeSysctls }: Configuration,
  machine: Machine,
): Promise<AdmissionNode> {
  const { architecture, kernelVersion } = await machine.identity();
  const configured = cluster.registration.labels;
  return {
    name: nodeName,
    labels: initialLabels({ hostname: nodeName, architecture, configured }),
    taints: [],
    allocatable: null,
    kernelVersion,
    allowedUnsafeSysctls,
    appArmor: appArmorEnabled(),
    pressures: [],
    supplementalGroupsPolicy: null,
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
