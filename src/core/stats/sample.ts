/** What a node, its pods and their containers take up at one time: what all the figures that are told are made of. */
import type { Instant } from "../instant.ts";
import type { FileSystemUse, MachineIdentity, MachineSize, ProcessUse } from "../node/machine.ts";
import type { CgroupDetails, CgroupUsage } from "./cgroup_usage.ts";
import type { WritableLayer } from "./container_usage.ts";
import type { DiskUse } from "./disk_use.ts";
import type { InterfaceUse } from "./network_devices.ts";

export interface CgroupSample extends CgroupUsage {
  /** "" where only the runtime's own count is known. */
  readonly path: string;
  /** Billionths of a processor in use now; null while it has been measured once only. */
  readonly nanoCores: number | null;
  /** Null where nobody has asked for them. */
  readonly details: CgroupDetails | null;
  /** Null where nobody has asked how many there are. */
  readonly processes: number | null;
}

export interface NetworkSample {
  readonly at: Instant;
  readonly interfaces: readonly InterfaceUse[];
}

/** A container that runs. */
export interface ContainerSample {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly createdAt: Instant;
  readonly startedAt: Instant;
  readonly cgroup: CgroupSample | null;
  readonly writableLayer: WritableLayer | null;
  /** That the writable layer lies on. */
  readonly fileSystem: FileSystemUse | null;
  readonly logs: DiskUse | null;
}

export interface VolumeSample extends DiskUse {
  readonly name: string;
  readonly at: Instant;
  /** Whether it counts as the pod's own use of the node's disk. */
  readonly isEphemeral: boolean;
  readonly fileSystem: FileSystemUse;
}

/** A pod of which something runs. */
export interface PodSample {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** When its sandbox was made. */
  readonly createdAt: Instant;
  /** Null where pods have no cgroups of their own. */
  readonly cgroup: CgroupSample | null;
  readonly sandbox: { readonly id: string; readonly cgroup: CgroupSample | null } | null;
  readonly containers: readonly ContainerSample[];
  readonly network: NetworkSample | null;
  readonly volumes: readonly VolumeSample[];
  /** Its hosts file and what lies among its logs but belongs to no container. */
  readonly otherFiles: DiskUse;
}

/** One of the kubelet's names for what is no pod. */
export interface SystemSample {
  readonly name: "kubelet" | "pods";
  readonly startedAt: Instant;
  readonly cgroup: CgroupSample;
}

/** File systems and processes of the node. */
export interface NodeDisks {
  readonly nodefs: FileSystemUse;
  /** What images take up on theirs; null while the runtime cannot tell. */
  readonly imagefs: DiskUse & { readonly fileSystem: FileSystemUse } | null;
  readonly processes: ProcessUse;
}

export interface NodeSample {
  readonly nodeName: string;
  readonly at: Instant;
  readonly bootedAt: Instant;
  readonly root: CgroupSample;
  /** Memory that is set aside for huge pages. */
  readonly hugePagesBytes: number;
  /** Null where only processor and memory were asked for. */
  readonly network: NetworkSample | null;
  readonly disks: NodeDisks | null;
  readonly system: readonly SystemSample[];
  /** Of the cgroups that pods lie in, besides those of `system`. */
  readonly classes: readonly CgroupSample[];
  readonly pods: readonly PodSample[];
}

/** What only `/metrics/cadvisor` tells. */
export interface NodeDetails {
  readonly sample: NodeSample;
  /** The names of block devices by `MAJOR:MINOR`. */
  readonly devices: ReadonlyMap<string, string>;
  readonly identity: MachineIdentity;
  readonly size: MachineSize;
}
