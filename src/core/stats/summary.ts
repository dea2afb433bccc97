/** The answer to `/stats/summary`, from what was measured. */
import { rfc3339 } from "../instant.ts";
import type { FileSystemUse } from "../node/machine.ts";
import { type DiskUse, sumOfDiskUse } from "./disk_use.ts";
import type { InterfaceUse } from "./network_devices.ts";
import type {
  ContainerSample,
  NetworkSample,
  NodeDisks,
  NodeSample,
  PodSample,
  SystemSample,
  VolumeSample,
} from "./sample.ts";
import type {
  ContainerStats,
  FsStats,
  InterfaceStats,
  NetworkStats,
  NodeStats,
  PodStats,
  Summary,
} from "./summary_api.ts";
import { sumOfUsage, usageStats } from "./usage_stats.ts";

/** Where file systems and networks were not measured, they are left out. */
export function summaryOf(sample: NodeSample): Summary {
  const pods = sample.pods.filter(({ containers }) => containers.length > 0);
  return { node: nodeStats(sample), pods: pods.map((pod) => podStats(pod, sample)) };
}

function nodeStats(sample: NodeSample): NodeStats {
  const { cpu, memory, io, swap } = usageStats(sample.root);
  const disks = sample.disks && diskStats(sample.disks, rfc3339(sample.at));
  return {
    nodeName: sample.nodeName,
    systemContainers: sample.system.map(systemStats),
    startTime: rfc3339(sample.bootedAt),
    ...(cpu && { cpu }),
    ...(memory && { memory: withoutHugePages(memory, sample) }),
    ...(io && disks && { io }),
    ...(sample.network && { network: networkStats(sample.network) }),
    ...disks,
    ...(swap && { swap }),
  };
}

/** Memory for huge pages is of no use to anything else, though cgroups count none of it. */
function withoutHugePages(
  memory: NonNullable<NodeStats["memory"]>,
  { hugePagesBytes }: NodeSample,
): NonNullable<NodeStats["memory"]> {
  const { availableBytes } = memory;
  if (availableBytes === undefined) return memory;
  return { ...memory, availableBytes: Math.max(0, availableBytes - hugePagesBytes) };
}

function diskStats(
  { nodefs, imagefs, processes }: NodeDisks,
  time: string,
): Pick<NodeStats, "fs" | "runtime" | "rlimit"> {
  const images = imagefs && fsStats({ time, use: imagefs, fileSystem: imagefs.fileSystem });
  const use = { usedBytes: nodefs.usedBytes, inodesUsed: nodefs.inodes - nodefs.inodesFree };
  return {
    fs: fsStats({ time, use, fileSystem: nodefs }),
    runtime: images === null ? {} : { imageFs: images, containerFs: images },
    rlimit: { time, maxpid: processes.max, curproc: processes.running },
  };
}

function systemStats({ name, startedAt, cgroup }: SystemSample): ContainerStats {
  return { name, startTime: rfc3339(startedAt), ...usageStats(cgroup) };
}

function podStats(pod: PodSample, { disks }: NodeSample): PodStats {
  const { name, namespace, uid, network } = pod;
  const cgroups = pod.containers.flatMap(({ cgroup }) => cgroup ?? []);
  const { cpu, memory, io, swap } = usageStats(pod.cgroup ?? sumOfUsage(cgroups));
  const counts = cgroups.flatMap(({ processes }) => processes ?? []);
  return {
    podRef: { name, namespace, uid },
    startTime: rfc3339(pod.createdAt),
    containers: pod.containers.map((container) => containerStats(container, disks)),
    ...(cpu && { cpu }),
    ...(memory && { memory }),
    ...(io && disks && { io }),
    ...(network && { network: networkStats(network) }),
    ...(pod.volumes.length > 0 && { volume: pod.volumes.map(volumeStats) }),
    ...(disks && { "ephemeral-storage": ephemeralStorage(pod, disks) }),
    ...(counts.length > 0 && disks && { process_stats: { process_count: sum(counts) } }),
    ...(swap && { swap }),
  };
}

function containerStats(container: ContainerSample, disks: NodeDisks | null): ContainerStats {
  const { name, createdAt, cgroup, writableLayer, fileSystem, logs } = container;
  const { cpu, memory, io, swap } = usageStats(cgroup);
  const time = rfc3339(cgroup?.at ?? createdAt);
  return {
    name,
    startTime: rfc3339(createdAt),
    ...(cpu && { cpu }),
    ...(memory && { memory }),
    ...(io && disks && { io }),
    ...(writableLayer && {
      rootfs: fsStats({ time: rfc3339(writableLayer.at), use: writableLayer, fileSystem }),
    }),
    ...(logs && disks && { logs: fsStats({ time, use: logs, fileSystem: disks.nodefs }) }),
    ...(swap && { swap }),
  };
}

function volumeStats(
  { name, at, fileSystem, usedBytes, inodesUsed }: VolumeSample,
): NonNullable<PodStats["volume"]>[number] {
  const use = { usedBytes, inodesUsed };
  return { ...fsStats({ time: rfc3339(at), use, fileSystem }), name };
}

/** All that the pod has written to the node's disk itself. */
function ephemeralStorage(
  { containers, volumes, otherFiles, cgroup, createdAt }: PodSample,
  { nodefs }: NodeDisks,
): FsStats {
  const use = sumOfDiskUse([
    ...containers.flatMap(({ writableLayer, logs }) => [writableLayer, logs]).flatMap((each) =>
      each ?? []
    ),
    ...volumes.filter(({ isEphemeral }) => isEphemeral),
    otherFiles,
  ]);
  return fsStats({ time: rfc3339(cgroup?.at ?? createdAt), use, fileSystem: nodefs });
}

function fsStats(
  { time, use, fileSystem }: {
    readonly time: string;
    readonly use: DiskUse;
    readonly fileSystem: FileSystemUse | null;
  },
): FsStats {
  const { usedBytes, inodesUsed } = use;
  if (fileSystem === null) return { time, usedBytes, inodesUsed };
  const { availableBytes, capacityBytes, inodesFree, inodes } = fileSystem;
  return { time, availableBytes, capacityBytes, usedBytes, inodesFree, inodes, inodesUsed };
}

/** The kubelet takes this one for the default, whatever the routes say. */
const defaultInterface = "eth0";

function networkStats({ at, interfaces }: NetworkSample): NetworkStats {
  const all = interfaces.map(interfaceStats);
  const main = all.find(({ name }) => name === defaultInterface) ?? { name: "" };
  return { time: rfc3339(at), ...main, interfaces: all };
}

function interfaceStats({ name, received, sent }: InterfaceUse): InterfaceStats {
  return {
    name,
    rxBytes: received.bytes,
    rxErrors: received.errors,
    txBytes: sent.bytes,
    txErrors: sent.errors,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
