/** Opens the real world behind the agent's ports, and closes it again. */
import { systemClock } from "../../adapters/clock.ts";
import { connectCri } from "../../adapters/cri/connect.ts";
import { imageFolder } from "../../adapters/images/image_folder.ts";
import { linuxCgroups } from "../../adapters/linux/cgroups.ts";
import { kubeconfigAccess } from "../../adapters/kube/kubeconfig_access.ts";
import { lockDirectory } from "../../adapters/linux/directory_lock.ts";
import { linuxFiles } from "../../adapters/linux/files.ts";
import { linuxMachine } from "../../adapters/linux/machine.ts";
import { cgroupVersion } from "../../adapters/linux/node_facts.ts";
import { linuxStats } from "../../adapters/linux/stats.ts";
import { linuxTimeSync } from "../../adapters/linux/time_sync.ts";
import { createLog } from "../../adapters/log/create_log.ts";
import { stderrIsJournal, writeToStderr } from "../../adapters/log/stderr.ts";
import { createVerbosity } from "../../adapters/log/verbosity.ts";
import { createLogFiles } from "../../adapters/logs/log_files.ts";
import { manifestFolder } from "../../adapters/manifests/manifest_folder.ts";
import { networkProbes } from "../../adapters/probe/probes.ts";
import { systemRandom } from "../../adapters/random.ts";
import { dockerConfigFile } from "../../adapters/registry/docker_config_file.ts";
import { openStore } from "../../adapters/sqlite/store.ts";
import { flooredClock } from "../../agent/floored_clock.ts";
import type { AgentPorts } from "../../agent/agent_ports.ts";
import { openOutageRecorder } from "../../agent/certificates/outage_recorder.ts";
import { measuredPorts } from "../../agent/metrics/measured_ports.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ImageFolder } from "../../ports/image_folder.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { Store } from "../../ports/store.ts";
import type { Stats } from "../../ports/stats.ts";
import type { Verbosity } from "../../ports/verbosity.ts";
import type { PodSource } from "../../ports/pod_source.ts";
import type { CommandContext } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { keyPlaces } from "./key_places.ts";
import { openKube } from "./open_kube.ts";
import { relayPorts } from "./relay_ports.ts";

export interface Adapters extends AgentPorts, AsyncDisposable {
  /** Archives that are imported at start. */
  readonly folder: ImageFolder;
  readonly stats: Stats;
  /** Of the log; it can be changed. */
  readonly verbosity: Verbosity;
  /** Whether a certificate of this life, in milliseconds, is to be replaced early: the API server is out of reach for long. */
  readonly isLinkRare: (lifeMs: number) => boolean;
  /** As the machine has it; the agent's own goes on from the last known time where that is later. */
  readonly machineClock: Clock;
}

/** Makes the agent's own directory and takes it for this agent alone. Throws Conflict, and what the adapters throw. */
export async function openAdapters(
  configuration: Configuration,
  context: CommandContext,
): Promise<Adapters> {
  const timeSync = linuxTimeSync();
  const machineClock = systemClock();
  const { clock, restore } = flooredClock(machineClock, timeSync);
  const metrics = createAgentMetrics();
  const verbosity = createVerbosity(configuration.logging.verbosity);
  const log = createLog({
    ...configuration.logging,
    verbosity,
    write: writeToStderr,
    clock,
    pid: context.pid,
    journal: stderrIsJournal(context.env["JOURNAL_STREAM"]),
  });
  const { rootDir } = configuration;
  const random = systemRandom();
  const lock = await lockDirectory(rootDir);
  const cri = connectCri({
    endpoint: configuration.runtimeEndpoint,
    imageEndpoint: configuration.imageEndpoint,
    requestTimeoutMs: configuration.runtimeRequestTimeoutMs,
    clock,
    log: log.named("cri"),
  });
  const store = await openStore({
    path: `${rootDir}/skerry.db`,
    keys: keyPlaces(configuration, context),
    log: log.named("store"),
    now: () => clock.now(),
  });
  await restore(store.facts, log);
  const outageRecorder = await openOutageRecorder({ ...store, clock, log: log.named("kube") });
  const kube = await openKube(configuration, {
    clock,
    random,
    log: log.named("kube"),
    rate: configuration.apiRate,
    metrics,
    outages: outageRecorder,
  }, { wasNode: await knowsCluster(store) });
  return measuredPorts({
    clock,
    timeSync,
    machineClock,
    random,
    kube,
    log,
    verbosity,
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
    ...relay(configuration, { clock, random, log }),
    credentials: dockerConfigFile({ path: configuration.registryConfig, log }),
    sources: sources(configuration, { clock, log }),
    folder: imageFolder(configuration.imagesDir),
    isLinkRare: outageRecorder.isLinkRare,
    async [Symbol.asyncDispose]() {
      kube?.close();
      outageRecorder[Symbol.dispose]();
      await store.close();
      cri.close();
      lock[Symbol.dispose]();
    },
  });
}

/** The kubeconfig is read for it with the first message. */
function relay(
  { relay, kubeconfig: path }: Configuration,
  ports: { readonly clock: Clock; readonly random: Random; readonly log: Log },
): Pick<AgentPorts, "relay"> {
  if (relay === null || path === undefined) return {};
  return { relay: relayPorts(relay, { ...ports, access: kubeconfigAccess({ ...ports, path }) }) };
}

async function knowsCluster({ facts }: Store): Promise<boolean> {
  try {
    return (await facts.load()).has("ClusterUid");
  } catch {
    return false;
  }
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
