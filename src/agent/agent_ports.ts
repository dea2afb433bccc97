/** What the agent needs of the world, and what it is told about itself. */
import type { AgentMetrics } from "../core/metrics/agent_metrics.ts";
import type { JournalLimits } from "../core/journal/compact.ts";
import type { ClusterSettings } from "../core/node/cluster_settings.ts";
import type { PodsCapacity } from "../core/node/pods_capacity.ts";
import type { ImageGcPolicy } from "../core/node/image_gc.ts";
import type { NodeSettings } from "../core/node/settings.ts";
import type { AdmissionNode } from "../core/pod/admission/node.ts";
import type { BackoffPolicy } from "../core/pod/backoff.ts";
import type { LogRotationPolicy } from "../core/node/log_rotation.ts";
import type { Cgroups } from "../ports/cgroups.ts";
import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { ImageFolder } from "../ports/image_folder.ts";
import type { Images } from "../ports/images.ts";
import type { KubeApi } from "../ports/kube_api.ts";
import type { Log } from "../ports/log.ts";
import type { LogFiles } from "../ports/log_files.ts";
import type { Machine } from "../ports/machine.ts";
import type { Probes } from "../ports/probes.ts";
import type { PodSource } from "../ports/pod_source.ts";
import type { Random } from "../ports/random.ts";
import type { RelayPorts } from "../ports/relay.ts";
import type { RegistryCredentials } from "../ports/registry_credentials.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { Store } from "../ports/store.ts";
import type { TimeSync } from "../ports/time_sync.ts";
import type { RelaySettings } from "./relay/deps.ts";

export interface AgentPorts {
  readonly clock: Clock;
  readonly timeSync: TimeSync;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: AgentMetrics;
  readonly runtime: Runtime;
  readonly probes: Probes;
  readonly images: Images;
  readonly files: Files;
  readonly logFiles: LogFiles;
  readonly cgroups: Cgroups;
  readonly machine: Machine;
  readonly store: Store;
  readonly credentials: RegistryCredentials;
  readonly folder: Pick<ImageFolder, "imported">;
  /** Null: this node belongs to no cluster. */
  readonly kube: KubeApi | null;
  /** Where status may go over a message broker. */
  readonly relay?: RelayPorts;
  /** In the order of their rank. */
  readonly sources: readonly PodSource[];
}

export interface AgentSettings {
  readonly node: NodeSettings;
  /** What new pods are judged by; what the cluster says of the node goes over it. */
  readonly admission: AdmissionNode;
  /** How the machine is a node of a cluster, where there is one. */
  readonly cluster: ClusterSettings;
  /** The limit of all pods together. */
  readonly podsCapacity: PodsCapacity;
  /** The node's addresses, while there is no cluster to show others to; the first is the one pods on the host network show. */
  readonly nodeIps: readonly string[];
  readonly backoff: BackoffPolicy;
  /** How often every pod is looked at though the runtime told of nothing. */
  readonly relistMs: number;
  /** How many images may be pulled side by side; Infinity for no limit. */
  readonly parallelPulls: number;
  readonly imageGc: ImageGcPolicy;
  readonly logRotation: LogRotationPolicy & { readonly intervalMs: number };
  /** Before what is in it is folded. */
  readonly journal: JournalLimits;
  /** When status goes over a message broker; never where it is left out. */
  readonly relay?: Omit<RelaySettings, "nodeName">;
}
