/**
 * The agent from start to end.
 *
 *     configuration ─▶ log, adapters ─▶ control socket ─▶ agent ─▶ READY ─▶ … ─▶ signal ─▶ everything closed, pods left running
 */
import { cgroupVersion } from "../../adapters/linux/node_facts.ts";
import { readProcessUse } from "../../adapters/linux/process_use.ts";
import { type Agent, createAgent } from "../../agent/agent.ts";
import { registerAgentReadings } from "../../agent/metrics/agent_readings.ts";
import { importImageFolder } from "../../agent/images/import_images.ts";
import type { AgentPorts, AgentSettings } from "../../agent/agent_ports.ts";
import { podStreamUrl } from "../../agent/pod_streams.ts";
import { createNodeStats, type NodeStats } from "../../agent/stats/node_stats.ts";
import type { Instant } from "../../core/instant.ts";
import { VERSION } from "../../core/version.ts";
import { recordedStreams } from "../../server/control/recorded_streams.ts";
import { serveControl } from "../../server/control/control_server.ts";
import { createStreamProxy } from "../../server/kubelet/stream_proxy.ts";
import type { CommandContext } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { type Adapters, openAdapters } from "./adapters.ts";
import { openCertificates } from "./certificates.ts";
import { controlFunctions } from "./control_functions.ts";
import { imagesAfterImport } from "./images_after_import.ts";
import { runKubeletServer, serverIdentity } from "./kubelet_server.ts";
import { agentSettings } from "./node_settings.ts";
import { checkPreconditions } from "./preconditions.ts";
import { openSecurityLog } from "./security_log.ts";
import { serviceManager } from "./service_manager.ts";
import { reportToManager } from "./service_reports.ts";

/** Resolves when the context's signal has aborted and everything is closed. Throws `CliError` where it cannot start. */
export async function runAgent(
  configuration: Configuration,
  context: CommandContext,
): Promise<void> {
  checkPreconditions(configuration);
  await using adapters = await openAdapters(configuration, context);
  const { log } = adapters;
  log.info("Starting", { version: VERSION, node: configuration.nodeName });
  for (const warning of configuration.warnings) log.warn(warning);
  await serve(adapters, { configuration, context });
  log.info("Stopped, the pods go on running");
}

interface About {
  readonly configuration: Configuration;
  readonly context: CommandContext;
}

async function serve(adapters: Adapters, { configuration, context }: About): Promise<void> {
  const { signal } = context;
  const importing = Promise.withResolvers<void>();
  const images = imagesAfterImport(adapters.images, importing.promise);
  const ports: AgentPorts = { ...adapters, images };
  const settings = await agentSettings(configuration, adapters.machine);
  const agent = await createAgent(ports, settings);
  const stats = nodeStats(adapters, { agent, settings, configuration });
  const identity = serverIdentity(configuration);
  using certificates = await openCertificates(configuration, {
    ...adapters,
    addresses: agent.addresses,
    use: identity.serve,
  });
  const startedAt = adapters.clock.now();
  registerAgentReadings(adapters.metrics.registry, {
    agent,
    storeState: adapters.store.state,
    ...configuration,
    certificates: certificates.views,
    inCluster: adapters.kube !== null,
    cgroupVersion: cgroupVersion(),
    processUse: readProcessUse,
    startedAt,
    now: adapters.clock.now,
  });
  using securityLog = openSecurityLog(configuration, adapters);
  const streams = createStreamProxy({
    functions: { streamUrl: (request) => podStreamUrl(request, { ...adapters, ...agent }) },
    idleMs: configuration.streamIdleMs,
    clock: adapters.clock,
    log: adapters.log.named("streams"),
  });
  const server = await serveControl({
    path: configuration.controlSocket,
    functions: controlFunctions({
      ...adapters,
      agent,
      stats,
      capacity: {
        milliCpu: settings.node.cpuCapacityMilli,
        memoryBytes: settings.node.memoryCapacityBytes,
      },
      certificates: certificates.views,
      about: about({ configuration, context, startedAt }),
    }),
    streams: recordedStreams(streams, securityLog),
    clock: adapters.clock,
    log: adapters.log.named("control"),
    signal,
  });
  const manager = serviceManager({ ...context, log: adapters.log });
  const work = [
    importImageFolder(adapters, signal).finally(importing.resolve),
    agent.run(signal),
    certificates.run(signal),
    server.finished,
    runKubeletServer(
      configuration,
      { ...adapters, agent, stats, identity, streams, securityLog },
      signal,
    ),
    reportToManager({ ...adapters, manager, ready: agent.ready }, signal),
  ];
  await Promise.all(work);
}

function nodeStats(
  adapters: Adapters,
  { agent, settings, configuration }: {
    readonly agent: Agent;
    readonly settings: AgentSettings;
    readonly configuration: Configuration;
  },
): NodeStats {
  return createNodeStats({
    ...adapters,
    pods: agent.pods,
    log: adapters.log.named("stats"),
    settings: {
      node: settings.node,
      volumePeriodMs: configuration.volumeStatsPeriodMs,
      startedAt: adapters.clock.now(),
    },
  });
}

function about(
  { configuration, context, startedAt }: About & { readonly startedAt: Instant },
): Parameters<typeof controlFunctions>[0]["about"] {
  return {
    nodeName: configuration.nodeName,
    pid: context.pid,
    startedAt,
    runtimeEndpoint: configuration.runtimeEndpoint,
  };
}
