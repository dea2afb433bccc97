/** Measures a pod: its cgroup, its containers and its network; where asked for, what it takes up on disk. */
import type { Pod } from "../../core/k8s.ts";
import type { ContainerRecord } from "../../core/cri/types.ts";
import { podCgroupPath, podCgroupPaths } from "../../core/node/cgroup_paths.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import { hostsFilePath, podLogDir } from "../../core/pod/paths.ts";
import { cgroupsById } from "../../core/stats/container_cgroups.ts";
import type { ContainerUsage, WritableLayer } from "../../core/stats/container_usage.ts";
import { type DiskUse, nothingOnDisk, sumOfDiskUse } from "../../core/stats/disk_use.ts";
import type {
  CgroupSample,
  ContainerSample,
  NetworkSample,
  PodSample,
} from "../../core/stats/sample.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortError } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Stats } from "../../ports/stats.ts";
import { newestPod, type PodRecord } from "../pod_record.ts";
import { type CgroupSampler, type Depth, outerDepth } from "./cgroup_sampler.ts";
import type { FileSystems } from "./file_systems.ts";
import type { VolumeSampler } from "./volume_sampler.ts";

export interface PodSamplerDeps {
  readonly stats: Stats;
  readonly clock: Clock;
  readonly log: Log;
  readonly cgroups: CgroupSampler;
  readonly volumes: VolumeSampler;
  readonly node: Pick<NodeSettings, "cgroups" | "paths">;
}

/** What all pods of one sampling have in common. */
export interface PodSampling {
  readonly depth: Depth;
  /** Null: nothing on disk is measured. */
  readonly disk: FileSystems | null;
  /** The runtime's own count as it is now; asked for once, and only where it is needed. */
  readonly runtime: () => Promise<ReadonlyMap<string, ContainerUsage>>;
  /** The same, for what containers have written: it may be some seconds old. */
  readonly layers: () => Promise<ReadonlyMap<string, ContainerUsage>>;
}

/** Null for a pod of which nothing runs. */
export async function samplePod(
  record: PodRecord,
  deps: PodSamplerDeps,
  sampling: PodSampling,
): Promise<PodSample | null> {
  const { stats, cgroups, volumes } = deps;
  const { depth } = sampling;
  const sandbox = record.seen.sandboxes.find(({ state }) => state === "Ready");
  const running = record.seen.containers.filter(({ state }) => state === "Running");
  const oldest = sandbox ?? running.at(-1);
  if (oldest === undefined) return null;
  const pod = newestPod(record);
  const path = await findCgroup(record.uid, pod, deps);
  const names = path === null ? [] : await stats.children(path);
  const paths = cgroupsById({ pod: path ?? "", names });
  const sandboxPath = sandbox && paths.get(sandbox.id);
  const { namespace, name, uid } = record.subject;
  return {
    name,
    namespace,
    uid,
    createdAt: oldest.createdAt,
    cgroup: path === null ? null : await cgroups.measure(path, outerDepth(depth)),
    sandbox: sandbox === undefined ? null : {
      id: sandbox.id,
      cgroup: depth === "details" && sandboxPath ? await cgroups.measure(sandboxPath, depth) : null,
    },
    containers: await Promise.all(
      running.toSorted((a, b) => a.createdAt - b.createdAt).map((container) =>
        sampleContainer({ container, record, path: paths.get(container.id) }, deps, sampling)
      ),
    ),
    network: depth === "usage" ? null : await network(sandboxPath, deps),
    volumes: sampling.disk === null || pod === null
      ? []
      : await volumes.measure(pod, sampling.disk),
    otherFiles: sampling.disk === null ? nothingOnDisk : await otherFiles(record, deps),
  };
}

/** The class of a pod whose manifest nobody knows is not known either. */
async function findCgroup(
  uid: string,
  pod: Pod | null,
  { stats, node: { cgroups } }: PodSamplerDeps,
): Promise<string | null> {
  if (!cgroups.perQos) return null;
  if (pod !== null) return podCgroupPath({ pod, cgroups });
  for (const path of podCgroupPaths({ uid, cgroups })) {
    if (await stats.createdAt(path) !== null) return path;
  }
  return null;
}

interface ContainerOfPod {
  readonly container: ContainerRecord;
  readonly record: PodRecord;
  readonly path: string | undefined;
}

async function sampleContainer(
  { container, record, path }: ContainerOfPod,
  deps: PodSamplerDeps,
  sampling: PodSampling,
): Promise<ContainerSample> {
  const { id, name, image, createdAt, startedAt } = container;
  const { disk } = sampling;
  const [cgroup, writableLayer, logs] = await Promise.all([
    containerCgroup({ id, path }, deps, sampling),
    disk && layerOf(id, sampling),
    disk && filesIn(`${podLogDir(deps.node.paths, record.subject)}/${name}`, deps),
  ]);
  const fileSystem = writableLayer && disk ? await disk.of(writableLayer.mountpoint) : null;
  return { id, name, image, createdAt, startedAt, cgroup, writableLayer, fileSystem, logs };
}

/** Where the container's cgroup is not found, the runtime's own count is all there is. */
async function containerCgroup(
  { id, path }: { readonly id: string; readonly path: string | undefined },
  deps: PodSamplerDeps,
  sampling: PodSampling,
): Promise<CgroupSample | null> {
  const measured = path === undefined ? null : await deps.cgroups.measure(path, sampling.depth);
  return measured ?? deps.cgroups.fromRuntime(id, (await sampling.runtime()).get(id));
}

async function layerOf(id: string, { layers }: PodSampling): Promise<WritableLayer | null> {
  return (await layers()).get(id)?.writableLayer ?? null;
}

/** All containers of a pod are in the network that its sandbox holds. */
async function network(
  path: string | undefined,
  { stats, clock }: PodSamplerDeps,
): Promise<NetworkSample | null> {
  const [pid] = path === undefined ? [] : await stats.processes(path);
  const interfaces = pid === undefined ? null : await stats.network(pid);
  return interfaces && { at: clock.now(), interfaces };
}

/** A directory that cannot be read keeps nobody from all other figures. */
async function filesIn(
  path: string,
  { stats, log }: Pick<PodSamplerDeps, "stats" | "log">,
): Promise<DiskUse | null> {
  try {
    return await stats.files(path);
  } catch (err) {
    if (!(err instanceof PortError)) throw err;
    log.debug("Could not measure", { what: path, err });
    return null;
  }
}

async function otherFiles({ uid, subject }: PodRecord, deps: PodSamplerDeps): Promise<DiskUse> {
  const { paths } = deps.node;
  const uses = await Promise.all([
    filesIn(podLogDir(paths, subject), deps),
    deps.stats.tree(hostsFilePath(paths, uid)),
  ]);
  return sumOfDiskUse(uses.flatMap((use) => use ?? []));
}
