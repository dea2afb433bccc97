/**
 * The container runtime as the agent speaks of it: CRI's messages with our own types.
 * Names follow CRI; times are milliseconds since 1970; what is left out takes the runtime's default.
 * @see https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
 */
import type { Instant } from "../instant.ts";

/** Whose namespace is used: the pod's, the container's own, the node's, or that of another container. @see CRI NamespaceMode */
export type NamespaceMode = "Pod" | "Container" | "Node" | "Target";

/** @see CRI NamespaceOption */
export interface NamespaceOptions {
  readonly network: NamespaceMode;
  readonly pid: NamespaceMode;
  readonly ipc: NamespaceMode;
  /** The container whose namespace `Target` means. */
  readonly targetId?: string;
}

/** @see CRI SecurityProfile */
export interface SecurityProfile {
  readonly type: "RuntimeDefault" | "Unconfined" | "Localhost";
  /** The profile's absolute path on the node; only with `Localhost`. */
  readonly localhostRef?: string;
}

/** CPU times in microseconds, memory in bytes. */
export interface LinuxResources {
  readonly cpuPeriod?: number;
  /** CPU time in each period; 0 or less means no limit. */
  readonly cpuQuota?: number;
  readonly cpuShares?: number;
  readonly memoryLimitBytes?: number;
  /** Memory and swap together, as cgroup v1 counts them. */
  readonly memorySwapLimitBytes?: number;
  /** From -1000 (never killed) to 1000 (killed first). @see proc_pid_oom_score_adj(5) */
  readonly oomScoreAdj?: number;
  /** Values by cgroup v2's file names, such as `memory.oom.group`. */
  readonly unified?: Readonly<Record<string, string>>;
}

/** @see CRI PortMapping */
export interface PortMapping {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly containerPort: number;
  readonly hostPort: number;
  /** Every address of the node unless given. */
  readonly hostIp?: string;
}

/** The lines of a resolv.conf. @see CRI DNSConfig */
export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** Tells sandboxes apart. @see CRI PodSandboxMetadata */
export interface SandboxMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** From 0, one more for each new sandbox of the pod. */
  readonly attempt: number;
}

export type Labels = Readonly<Record<string, string>>;

/** @see CRI PodSandboxConfig */
export interface SandboxConfig {
  readonly metadata: SandboxMetadata;
  readonly hostname: string;
  /** Absolute, on the node. */
  readonly logDirectory: string;
  readonly dns?: DnsConfig;
  readonly portMappings: readonly PortMapping[];
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The pod's cgroup, or its slice's name where systemd is the driver; the runtime's own choice unless given. */
  readonly cgroupParent?: string;
  readonly security: SandboxSecurity;
  /** Kernel parameters of the sandbox's namespaces, by their names with dots. */
  readonly sysctls: Labels;
  /** Those of all containers together; only told, the pod's cgroup is what holds them. */
  readonly resources: LinuxResources;
  /** What the sandbox needs for itself; likewise only told. */
  readonly overhead?: LinuxResources;
}

/** @see CRI Mount */
export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
  /** What is mounted below it can only be read either. */
  readonly recursiveReadOnly?: boolean;
  /** Where there is SELinux, what lies there is labelled for this pod alone. */
  readonly selinuxRelabel?: boolean;
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

/** Whether a container has the groups that its image's `/etc/group` gives its user besides those named. */
export type SupplementalGroupsPolicy = "Merge" | "Strict";

/** @see CRI SELinuxOption */
export interface SeLinuxOptions {
  readonly user?: string;
  readonly role?: string;
  readonly type?: string;
  readonly level?: string;
}

/** @see CRI LinuxSandboxSecurityContext */
export interface SandboxSecurity {
  readonly namespaces: NamespaceOptions;
  readonly seccomp: SecurityProfile;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly supplementalGroups?: readonly number[];
  readonly supplementalGroupsPolicy?: SupplementalGroupsPolicy;
  readonly seLinux?: SeLinuxOptions;
  /** May do what the node's root may; of a sandbox: one of its containers may. */
  readonly privileged?: boolean;
}

/** By their names without `CAP_`, or `ALL`. @see CRI Capability */
export interface Capabilities {
  readonly add: readonly string[];
  readonly drop: readonly string[];
}

/** At most one of `runAsUser` and `runAsUsername` is given. @see CRI LinuxContainerSecurityContext */
export interface ContainerSecurity extends SandboxSecurity {
  readonly runAsUsername?: string;
  readonly capabilities?: Capabilities;
  /** The runtime's own choice unless given. */
  readonly appArmor?: SecurityProfile;
  readonly readonlyRootfs?: boolean;
  /** No program that it starts may have more rights than itself. @see prctl(2) PR_SET_NO_NEW_PRIVS */
  readonly noNewPrivileges?: boolean;
  /** Cannot be seen from within. */
  readonly maskedPaths: readonly string[];
  /** Can be read from within, not written. */
  readonly readonlyPaths: readonly string[];
}

/** @see CRI PodSandboxState */
export type SandboxState = "Ready" | "NotReady";

/** What ListPodSandbox and PodSandboxStatus say; `ips` is only known to the latter. */
export interface Sandbox {
  readonly id: string;
  readonly metadata: SandboxMetadata;
  readonly state: SandboxState;
  readonly createdAt: Instant;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The primary one first; none before the network has given it one. */
  readonly ips: readonly string[];
  readonly network?: NamespaceMode;
}

/** `Unknown`: the runtime has lost sight of it; it may still run. @see CRI ContainerState */
export type ContainerState = "Created" | "Running" | "Exited" | "Unknown";

/** What ListContainers says of a container. */
export interface ContainerSummary {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  /** From 0, one more for each restart. */
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
  /** When it ended by the agent's clock, where that is not what the runtime says. */
  readonly endedAt?: Instant;
  readonly exitCode: number;
  /** The runtime's word: Completed, Error, OOMKilled, StartError, ContainerStatusUnknown, … */
  readonly reason: string;
  readonly message: string;
  /** The image as asked for, as resolved (digest where there is one), and its ID. */
  readonly image: string;
  readonly imageRef: string;
  readonly imageId: string;
  /** Absolute, on the node. */
  readonly logPath: string;
  /** Whom it was started as, where the runtime tells (containerd from 2.0). */
  readonly user?: LinuxUser;
  /** The places in the container that can only be read, all the way down. */
  readonly recursiveReadOnlyPaths?: readonly string[];
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

/** What to run in a container that runs. @see CRI ExecSyncRequest */
export interface ExecRequest {
  readonly command: readonly string[];
  /** In whole seconds; without it the command may take as long as it likes. */
  readonly timeoutSeconds?: number;
}

/** How a command in a container ended. @see CRI ExecSyncResponse */
export type ExecEnd =
  | {
    readonly kind: "Exited";
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
  }
  /** It was killed because its time was over. */
  | { readonly kind: "TimedOut" };

/** @see CRI Image */
export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  /** The user the image's configuration names, as a number or a name. */
  readonly uid?: number;
  readonly username: string;
  /** Not to be removed to make room. */
  readonly pinned: boolean;
}

/** Credentials for one registry. @see CRI AuthConfig */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}

/** @see CRI VersionResponse */
export interface RuntimeVersion {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

/** Conditions the runtime may give: RuntimeReady and NetworkReady. @see CRI RuntimeCondition */
export interface RuntimeCondition {
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

/** A way of running pods, named by RuntimeClass; "" for the default one. @see CRI RuntimeHandler */
export interface RuntimeHandler {
  readonly name: string;
  readonly recursiveReadOnlyMounts: boolean;
  readonly userNamespaces: boolean;
}

/** What the runtime says of itself. @see CRI StatusResponse */
export interface RuntimeStatus {
  readonly conditions: readonly RuntimeCondition[];
  /** None where the runtime does not tell (containerd before 2.0). */
  readonly handlers: readonly RuntimeHandler[];
  /** Null where the runtime does not tell. */
  readonly features: { readonly supplementalGroupsPolicy: boolean } | null;
}

/** Where the runtime keeps images, and how much they take up. @see CRI FilesystemUsage */
export interface ImageFileSystem {
  /** A directory on it. */
  readonly mountpoint: string;
  readonly usedBytes: number;
  readonly inodesUsed: number;
}
