/** The configuration file of a lab's containerd, as a function of where the lab lives. */
import { IMAGES } from "./images.ts";

/** What differs between one lab's containerd and another's. */
export interface ContainerdConfig {
  /** The lab's root; everything that containerd writes goes below it. */
  readonly root: string;
  readonly socket: string;
  readonly cniBinDir: string;
  readonly cniConfigDir: string;
  readonly registryConfigDir: string;
  /** Needed where CAP_SYS_RESOURCE is missing: runc may then not lower a score below its own. */
  readonly restrictOomScoreAdj: boolean;
}

/** Plugins that a lab has no use for; each is an error or a delay somewhere. */
const DISABLED_PLUGINS = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
];

/**
 * The file's text. Version 2 is read by containerd 1.6 and 1.7, and migrated by 2.x.
 *
 * @see https://github.com/containerd/containerd/blob/main/docs/cri/config.md
 */
export function containerdConfig(config: ContainerdConfig): string {
  const text = JSON.stringify; // a JSON string is a TOML string
  return `version = 2
root = ${text(`${config.root}/containerd/root`)}
state = ${text(`${config.root}/containerd/state`)}
disabled_plugins = ${text(DISABLED_PLUGINS)}

[grpc]
  address = ${text(config.socket)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${text(`${config.root}/containerd/opt`)}

[plugins."io.containerd.nri.v1.nri"]
  disable = true

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(IMAGES.pause)}
  restrict_oom_score_adj = ${config.restrictOomScoreAdj}
  netns_mounts_under_state_dir = true
  stats_collect_period = 1
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${text(config.cniBinDir)}
    conf_dir = ${text(config.cniConfigDir)}
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = ${text(config.registryConfigDir)}
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.other]
      runtime_type = "io.containerd.runc.v2"
`;
}

const CAP_SYS_RESOURCE = 24n;

/** True when this process may lower oom_score_adj, which containerd's children then may as well. */
export function hasCapSysResource(status = Deno.readTextFileSync("/proc/self/status")): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
}
