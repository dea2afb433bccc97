/** What the pure decisions need to know of the node: settings and facts that stay the same while the agent runs. */
import type { DnsConfig } from "../cri/types.ts";

/** Where things lie; all absolute. */
export interface NodePaths {
  /** The agent's own directory, `/var/lib/skerry`; pods' files lie under `pods/UID`. */
  readonly rootDir: string;
  /** The container logs' directory, `/var/log/pods`. */
  readonly podLogsDir: string;
}

/** What decides where pods' cgroups lie and what is written to them. */
export interface CgroupSettings {
  readonly version: 1 | 2;
  readonly driver: "cgroupfs" | "systemd";
  /** Whether the kernel counts swap: `memory.memsw.limit_in_bytes` (v1) or `memory.swap.max` (v2) is there. */
  readonly swapAccounting: boolean;
  /** The cgroup under which `kubepods` lies; "/" for the root. */
  readonly root: string;
  /** False: containers are put straight under the root, without QoS and pod cgroups. */
  readonly perQos: boolean;
  /** False: CPU limits are not enforced. */
  readonly cpuCfsQuota: boolean;
  readonly cpuCfsQuotaPeriodMs: number;
  /** Processes a pod may have; 0 or less means no limit. */
  readonly podPidsLimit: number;
}

export interface NodeSettings {
  readonly nodeName: string;
  readonly paths: NodePaths;
  readonly cgroups: CgroupSettings;
  readonly memoryCapacityBytes: number;
  /** Thousandths of a processor. */
  readonly cpuCapacityMilli: number;
  /** The machine's own resolver configuration, or null where `resolvConf` is "": then pods inherit nothing of it. */
  readonly hostDns: DnsConfig | null;
  /** The text of the machine's own /etc/hosts: pods on the host's network get a copy. */
  readonly hostsFile: string;
  /** Paths of this machine's /sys that no container may see, besides those of every machine. */
  readonly maskedPaths: readonly string[];
  /** `seccompDefault`: containers that name no seccomp profile have the runtime's, not none. */
  readonly seccompDefault: boolean;
  /** Addresses of the servers for `dnsPolicy: ClusterFirst`; empty where there is no cluster. */
  readonly clusterDns: readonly string[];
  /** Such as `cluster.local`; "" for none. */
  readonly clusterDomain: string;
}
