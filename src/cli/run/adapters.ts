/** Opens the real world behind the agent's ports, and closes it again. */
import { systemClock } from "../../adapters/clock.ts";
import { connectCri } from "../../adapters/cri/connect.ts";
import { imageFolder } from "../../adapters/images/image_folder.ts";
import { linuxCgroups } from "../../adapters/linux/cgroups.ts";
import { lockDirectory } from "../../adapters/linux/directory_lock.ts";
import { linuxFiles } from "../../adapters/linux/files.ts";
import { linuxMachine } from "../../adapters/linux/machine.ts";
import { cgroupVersion } from "../../adapters/linux/node_facts.ts";
import { linuxStats } from "../../adapters/linux/stats.ts";
import { createLog } from "../../adapters/log/create_log.ts";
import { stderrIsJournal, writeToStderr } from "../../adapters/log/stderr.ts";
import { createLogFiles } from "../../adapters/logs/log_files.ts";
import { manifestFolder } from "../../adapters/manifests/manifest_folder.ts";
import { networkProbes } from "../../adapters/probe/probes.ts";
import { systemRandom } from "../../adapters/random.ts";
import { dockerConfigFile } from "../../adapters/registry/docker_config_file.ts";
import { openMemoryStore } from "../../adapters/sqlite/memory_store.ts";
import type { AgentPorts } from "../../agent/agent_ports.ts";
import { measuredPorts } from "../../agent/metrics/measured_ports.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { ImageFolder } from "../../ports/image_folder.ts";
import type { Log } from "../../ports/log.ts";
import type { Stats } from "../../ports/stats.ts";
import type { PodSource } from "../../ports/pod_source.ts";
import type { CommandContext } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { openKube } from "./open_kube.ts";

export interface Adapters extends AgentPorts, AsyncDisposable {
  /** Archives that are imported at start. */
  readonly folder: ImageFolder;
  readonly stats: Stats;
}

/** Makes the agent's own directory and takes it for this agent alone. Throws Conflict, and what the adapters throw. */
export async function openAdapters(
  configuration: Configuration,
  context: CommandContext,
): Promise<Adapters> {
  const clock = systemClock();
  const metrics = createAgentMetrics();
  const log = createLog({
    ...configuration.logging,
    write: writeToStderr,
    clock,
    pid: context.pid,
    journal: stderrIsJournal(context.env["JOURNAL_STREAM"]),
  });
  const { rootDir } = configuration;
  const random = systemRandom();
  const kube = await openKube(configuration, {
    clock,
    random,
    log: log.named("kube"),
    rate: configuration.apiRate,
    metrics,
  });
  const lock = await lockDirectory(rootDir);
  const cri = connectCri({
    endpoint: configuration.runtimeEndpoint,
    imageEndpoint: configuration.imageEndpoint,
    requestTimeoutMs: configuration.runtimeRequestTimeoutMs,
    clock,
    log: log.named("cri"),
  });
  const store = openMemoryStore({ path: `${rootDir}/skerry.db`, log, now: clock.now() });
  return measuredPorts({
    clock,
    random,
    kube,
    log,
    metrics,
    runtime: cri.runtime,
    probes: networkProbes(),
    images: cri.images,
    files: linuxFiles(),
    logFiles: createLogFiles({ clock }),
    cgroups: linuxCgroups({
      version: cgroupVersion(),
      driver: configuration.cgroups.driver,
      clock,
    }),
    machine: linuxMachine(),
    stats: linuxStats({ version: cgroupVersion(), clock }),
    store,
    credentials: dockerConfigFile({ path: configuration.registryConfig, log }),
    sources: sources(configuration, { clock, log }),
    folder: imageFolder(configuration.imagesDir),
    async [Symbol.asyncDispose]() {
      kube?.close();
      await store.close();
      cri.close();
      lock[Symbol.dispose]();
    },
  });
}

function sources(
  { staticPodPath, nodeName, fileCheckMs }: Configuration,
  { clock, log }: { readonly clock: AgentPorts["clock"]; readonly log: Log },
): readonly PodSource[] {
  if (staticPodPath === undefined) return [];
  return [
    manifestFolder({
      path: staticPodPath,
      nodeName,
      clock,
      log: log.named("manifests"),
      fileCheckFrequencyMs: fileCheckMs,
    }),
  ];
}
