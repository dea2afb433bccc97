/**
 * The container runtime as the agent speaks of it: CRI's messages with our own types.
 * Names follow CRI; times are milliseconds since 1970; what is left out takes the runtime's default.
 * @see https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
 */
import type { Instant } from "../instant.ts";

export type NamespaceMode = "Pod" | "Container" | "Node" | "Target";

export interface NamespaceOptions {
  readonly network: NamespaceMode;
  readonly pid: NamespaceMode;
  readonly ipc: NamespaceMode;
}

export interface SecurityProfile {
  readonly type: "RuntimeDefault" | "Unconfined" | "Localhost";
  readonly localhostRef?: string;
}

/** CPU times in microseconds, memory in bytes. */
export interface LinuxResources {
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuShares?: number;
  readonly memoryLimitBytes?: number;
  readonly memorySwapLimitBytes?: number;
  readonly oomScoreAdj?: number;
  readonly unified?: Readonly<Record<string, string>>;
}

export interface PortMapping {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIp?: string;
}

export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface SandboxMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
}

export type Labels = Readonly<Record<string, string>>;

/** @see CRI PodSandboxConfig */
export interface SandboxConfig {
  readonly metadata: SandboxMetadata;
  readonly hostname: string;
  readonly logDirectory: string;
  readonly dns?: DnsConfig;
  readonly portMappings: readonly PortMapping[];
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly cgroupParent?: string;
  readonly namespaces: NamespaceOptions;
  readonly seccomp: SecurityProfile;
  readonly sysctls?: Labels;
  /** Those of all containers together; only told, the pod's cgroup is what holds them. */
  readonly resources: LinuxResources;
}

export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
  readonly propagation: "Private" | "HostToContainer" | "Bidirectional";
}

export interface EnvironmentVariable {
  readonly key: string;
  readonly value: string;
}

/** @see CRI ContainerConfig */
export interface ContainerConfig {
  readonly metadata: { readonly name: string; readonly attempt: number };
  /** The reference the runtime resolves: an image ID or digest. */
  readonly image: string;
  /** The reference as the pod names it. */
  readonly userSpecifiedImage: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: readonly EnvironmentVariable[];
  readonly mounts: readonly Mount[];
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Relative to the sandbox's log directory. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly resources: LinuxResources;
  readonly security: ContainerSecurity;
}

export interface ContainerSecurity {
  readonly namespaces: NamespaceOptions;
  readonly runAsUser?: number;
  readonly runAsUsername?: string;
  readonly seccomp: SecurityProfile;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}

export type SandboxState = "Ready" | "NotReady";

/** What ListPodSandbox and PodSandboxStatus say; `ips` is only known to the latter. */
export interface Sandbox {
  readonly id: string;
  readonly metadata: SandboxMetadata;
  readonly state: SandboxState;
  readonly createdAt: Instant;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly ips: readonly string[];
  readonly network?: NamespaceMode;
}

export type ContainerState = "Created" | "Running" | "Exited" | "Unknown";

/** What ListContainers says of a container. */
export interface ContainerSummary {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly attempt: number;
  readonly state: ContainerState;
  readonly createdAt: Instant;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** What ContainerStatus adds. Zero times mean "not yet". */
export interface ContainerRecord extends ContainerSummary {
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly exitCode: number;
  /** The runtime's word: Completed, Error, OOMKilled, StartError, ContainerStatusUnknown, … */
  readonly reason: string;
  readonly message: string;
  /** The image as asked for, as resolved (digest where there is one), and its ID. */
  readonly image: string;
  readonly imageRef: string;
  readonly imageId: string;
  readonly logPath: string;
  /** Whom it was started as, where the runtime tells (containerd from 2.0). */
  readonly user?: LinuxUser;
}

/** @see CRI LinuxContainerUser */
export interface LinuxUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
}

/** One change the runtime told of. `Exited` may arrive before the runtime's own lists know of it. */
export interface RuntimeEvent {
  readonly type: "Created" | "Started" | "Exited" | "Deleted" | "OutOfMemory";
  /** The container, or the sandbox where `containerId` is a sandbox's. */
  readonly containerId: string;
  /** The pod's UID where the event carries it. */
  readonly podUid?: string;
  readonly at: Instant;
}

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  /** The user the image's configuration names, as a number or a name. */
  readonly uid?: number;
  readonly username: string;
  readonly pinned: boolean;
}

/** Credentials for one registry. @see CRI AuthConfig */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}

export interface RuntimeVersion {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

/** @see CRI RuntimeStatus */
export interface RuntimeCondition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}
