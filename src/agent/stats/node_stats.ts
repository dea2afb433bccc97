/** Measures the node with all its pods, when somebody asks; two who ask at once get the same. */
import { type Instant, minute, second } from "../../core/instant.ts";
import { qosCgroupPath } from "../../core/node/cgroup_paths.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import type {
  CgroupSample,
  NodeDetails,
  NodeDisks,
  NodeSample,
  SystemSample,
} from "../../core/stats/sample.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, PortError } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import type { Log } from "../../ports/log.ts";
import type { Machine } from "../../ports/machine.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { Stats } from "../../ports/stats.ts";
import type { Pods } from "../pods.ts";
import { createCgroupSampler, type Depth, outerDepth } from "./cgroup_sampler.ts";
import { type FileSystems, fileSystemsOnce } from "./file_systems.ts";
import { type PodSampling, samplePod } from "./pod_sampler.ts";
import { keptFor, once, together } from "./shared_answers.ts";
import { createVolumeSampler } from "./volume_sampler.ts";

export interface NodeStatsDeps {
  readonly stats: Stats;
  readonly runtime: Pick<Runtime, "usage">;
  readonly images: Pick<Images, "fileSystem">;
  readonly machine: Machine;
  readonly clock: Clock;
  readonly log: Log;
  readonly pods: Pick<Pods, "list">;
  readonly settings: NodeStatsSettings;
}

export interface NodeStatsSettings {
  readonly node: Pick<NodeSettings, "nodeName" | "cgroups" | "paths">;
  /** `volumeStatsAggPeriod` */
  readonly volumePeriodMs: number;
  /** When the agent started. */
  readonly startedAt: Instant;
}

/** Each throws Failed where the kernel does not count at all. What the runtime cannot tell is left out. */
export interface NodeStats {
  /** Processor and memory. */
  usage(): Promise<NodeSample>;
  /** The same; where not all rates are known yet, it is measured twice, a second apart. */
  rates(): Promise<NodeSample>;
  /** That, with disks, networks and counts of processes. */
  everything(): Promise<NodeSample>;
  /** Processor, memory, networks and all details of cgroups. */
  details(): Promise<NodeDetails>;
}

/** The runtime measures what containers have written no more often (containerd's `stats_collect_period`). */
const layersMs = 10 * second;

export function createNodeStats(deps: NodeStatsDeps): NodeStats {
  const { stats, machine, clock, settings: { node, volumePeriodMs } } = deps;
  const cgroups = createCgroupSampler(stats);
  const volumes = createVolumeSampler({ ...deps, paths: node.paths, periodMs: volumePeriodMs });
  const parts = { ...deps, cgroups, volumes, node };
  const layers = keptFor({ ms: layersMs, clock }, () => deps.runtime.usage());

  async function sample(sampling: PodSampling): Promise<NodeSample> {
    const at = clock.now();
    const records = deps.pods.list();
    const { depth } = sampling;
    const outer = outerDepth(depth);
    const root = await cgroups.measure("/", outer);
    if (root === null) {
      throw new Failed("the kernel counts neither processor nor memory by cgroups");
    }
    const [pods, disks, system] = await Promise.all([
      Promise.all(records.map((record) => samplePod(record, parts, sampling))),
      sampling.disk && nodeDisks(deps, sampling.disk),
      systemSamples(parts, outer),
    ]);
    cgroups.forgetBefore(at - 10 * minute);
    volumes.keepOnly(new Set(records.map(({ uid }) => uid)));
    return {
      nodeName: node.nodeName,
      at,
      bootedAt: await stats.bootedAt(),
      root,
      hugePagesBytes: await hugePagesBytes(machine),
      network: depth === "usage" ? null : await nodeNetwork(deps),
      disks,
      system,
      classes: depth === "details" ? await classSamples(parts, depth) : [],
      pods: pods.flatMap((pod) => pod ?? []),
    };
  }

  /** What a runtime that is away cannot tell is left out: cgroups are counted without it. */
  const sampling = (depth: Depth): PodSampling => ({
    depth,
    disk: depth === "everything" ? fileSystemsOnce(machine) : null,
    runtime: once(() => orNothing(() => deps.runtime.usage(), deps)),
    layers: once(() => orNothing(layers, deps)),
  });
  const usage = together(() => sample(sampling("usage")));

  async function rates(): Promise<NodeSample> {
    const first = await usage();
    if (hasRates(first)) return first;
    await clock.sleep(second);
    return await usage();
  }

  async function details(): Promise<NodeDetails> {
    const [measured, devices, identity, size] = await Promise.all([
      sample(sampling("details")),
      stats.devices(),
      machine.identity(),
      machine.size(),
    ]);
    return { sample: measured, devices, identity, size };
  }

  return {
    usage,
    rates: together(rates),
    everything: together(() => sample(sampling("everything"))),
    details: together(details),
  };
}

function hasRates({ root, pods }: NodeSample): boolean {
  const containers = pods.flatMap((pod) => pod.containers).flatMap(({ cgroup }) => cgroup ?? []);
  return [root, ...containers].every(({ nanoCores }) => nanoCores !== null);
}

type Parts = NodeStatsDeps & { readonly cgroups: ReturnType<typeof createCgroupSampler> };

function orNothing(
  ask: Runtime["usage"],
  { log }: Pick<NodeStatsDeps, "log">,
): ReturnType<Runtime["usage"]> {
  return orElse(ask, { log, what: "containers", otherwise: new Map() });
}

async function orElse<T>(
  work: () => Promise<T>,
  { log, what, otherwise }: { readonly log: Log; readonly what: string; readonly otherwise: T },
): Promise<T> {
  try {
    return await work();
  } catch (err) {
    if (!(err instanceof PortError)) throw err;
    log.debug("Could not measure", { what, err });
    return otherwise;
  }
}

async function hugePagesBytes(machine: Machine): Promise<number> {
  const { hugePages } = await machine.size();
  return hugePages.reduce((sum, { pageBytes, count }) => sum + pageBytes * count, 0);
}

/** That of the machine's first process, as cAdvisor has it. */
async function nodeNetwork({ stats, clock }: NodeStatsDeps): Promise<NodeSample["network"]> {
  const interfaces = await stats.network(1);
  return interfaces && { at: clock.now(), interfaces };
}

async function nodeDisks(deps: NodeStatsDeps, fileSystems: FileSystems): Promise<NodeDisks> {
  const { images, machine, log, settings } = deps;
  const imagefs = async () => {
    const { mountpoint, usedBytes, inodesUsed } = await images.fileSystem();
    return { usedBytes, inodesUsed, fileSystem: await fileSystems.of(mountpoint) };
  };
  return {
    nodefs: await fileSystems.of(settings.node.paths.rootDir),
    imagefs: await orElse(imagefs, { log, what: "images", otherwise: null }),
    processes: await machine.processes(),
  };
}

async function systemSamples(parts: Parts, depth: Depth): Promise<SystemSample[]> {
  const { stats, cgroups, settings } = parts;
  const places = [
    { name: "kubelet", path: await stats.ownCgroup() },
    { name: "pods", path: podsCgroup(settings.node) },
  ] as const;
  const samples = places.map(async ({ name, path }) => {
    const cgroup = path === null ? null : await cgroups.measure(path, depth);
    if (path === null || cgroup === null) return [];
    const startedAt = name === "kubelet" ? settings.startedAt : await stats.createdAt(path);
    return [{ name, cgroup, startedAt: startedAt ?? settings.startedAt }];
  });
  return (await Promise.all(samples)).flat();
}

function podsCgroup({ cgroups }: NodeStatsSettings["node"]): string {
  return cgroups.perQos ? qosCgroupPath("Guaranteed", cgroups) : cgroups.root;
}

async function classSamples(parts: Parts, depth: Depth): Promise<CgroupSample[]> {
  const { cgroups } = parts.settings.node;
  if (!cgroups.perQos) return [];
  const paths = (["Burstable", "BestEffort"] as const).map((qos) => qosCgroupPath(qos, cgroups));
  const samples = await Promise.all(paths.map((path) => parts.cgroups.measure(path, depth)));
  return samples.flatMap((each) => each ?? []);
}
