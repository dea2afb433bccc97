/** A node for tests: 1 GiB of memory, cgroup v1 with cgroupfs, the kubelet's defaults, and a cluster's DNS. */
import type { CgroupSettings, NodeSettings } from "../../src/core/node/settings.ts";

/** What a test wants to be different. */
export interface NodeOverrides extends Partial<Omit<NodeSettings, "cgroups">> {
  readonly cgroups?: Partial<CgroupSettings>;
}

export function node({ cgroups, ...fields }: NodeOverrides = {}): NodeSettings {
  return {
    nodeName: "edge-1",
    paths: { rootDir: "/var/lib/skerry", podLogsDir: "/var/log/pods" },
    cgroups: {
      version: 1,
      driver: "cgroupfs",
      swapAccounting: true,
      root: "/",
      perQos: true,
      cpuCfsQuota: true,
      cpuCfsQuotaPeriodMs: 100,
      podPidsLimit: -1,
      ...cgroups,
    },
    memoryCapacityBytes: 1024 ** 3,
    cpuCapacityMilli: 2_000,
    hostDns: { servers: ["192.0.2.53"], searches: ["example.org"], options: ["timeout:1"] },
    hostsFile: "127.0.0.1\tlocalhost\n192.0.2.1\tedge-1\n",
    maskedPaths: [],
    seccompDefault: false,
    clusterDns: ["10.96.0.10"],
    clusterDomain: "cluster.local",
    ...fields,
  };
}
