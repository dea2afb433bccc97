/** The agent's configuration after flags, files and defaults are put together: every value that is acted on, in the units of the code. */
import type { BrokerSettings } from "../../adapters/mqtt/settings.ts";
import type { RelaySettings } from "../../agent/relay/deps.ts";
import type { ImageGcPolicy } from "../../core/node/image_gc.ts";
import type { JournalLimits } from "../../core/journal/compact.ts";
import type { BucketLimits } from "../../core/kube/token_bucket.ts";
import type { LogRotationPolicy } from "../../core/node/log_rotation.ts";
import type { ClusterSettings } from "../../core/node/cluster_settings.ts";
import type { CgroupSettings } from "../../core/node/settings.ts";
import type { TlsSettings } from "../../core/node/tls_settings.ts";
import type { BackoffPolicy } from "../../core/pod/backoff.ts";

/** What `skerry run` acts on. Paths are absolute, durations in milliseconds. */
export interface Configuration {
  /** `nodeName`, else the machine's name; in lower case. */
  readonly nodeName: string;
  /** `nodeIPs`; empty: the address is to be found out. */
  readonly nodeIps: readonly string[];

  /** `staticPodPath`: a folder or one file; undefined where no pods come from files. */
  readonly staticPodPath: string | undefined;
  /** `fileCheckFrequency`: how often the manifests are read again though nothing seemed to change. */
  readonly fileCheckMs: number;
  /** `syncFrequency`: how often every pod is looked at though nothing seemed to happen. */
  readonly relistMs: number;
  /** `volumeStatsAggPeriod`: how often what is in volumes is measured at most; below 0 it is not. */
  readonly volumeStatsPeriodMs: number;

  readonly rootDir: string;
  /** `kubeconfig`; undefined: the node belongs to no cluster. */
  readonly kubeconfig: string | undefined;
  /** `bootstrapKubeconfig`; the file need not be there. */
  readonly bootstrapKubeconfig: string | undefined;
  /** `k3sServer`, without a slash at the end; undefined: the API server's signers are asked for certificates. */
  readonly k3sServer: string | undefined;
  /** `kubeAPIQPS` and `kubeAPIBurst` */
  readonly apiRate: BucketLimits;
  readonly certificates: CertificateSettings;
  readonly podLogsDir: string;
  readonly imagesDir: string;
  readonly controlSocket: string;
  /** Credentials of registries in Docker's format; the file need not be there. */
  readonly registryConfig: string;
  /** The key of what is secret in the store; undefined: a systemd credential, or a file below `rootDir`. */
  readonly storeKeyFile: string | undefined;
  readonly securityLog: SecurityLogSettings;
  /** `journalMaxRecords` and `journalMaxSize` */
  readonly journal: JournalLimits;
  /** `relay`; null where no broker is named. */
  readonly relay: RelayConfiguration | null;

  /** `containerRuntimeEndpoint`, as `unix:///path`. */
  readonly runtimeEndpoint: string;
  /** `imageServiceEndpoint`; the runtime's where none is named. */
  readonly imageEndpoint: string;
  readonly runtimeRequestTimeoutMs: number;
  /** How long a stream into a container may be silent. */
  readonly streamIdleMs: number;
  /** Images pulled side by side: 1 with `serializeImagePulls`, else `maxParallelImagePulls`, else Infinity. */
  readonly parallelPulls: number;
  /** `imageGCHighThresholdPercent` and its kin. */
  readonly imageGc: ImageGcPolicy;

  /** Where the node belongs to one; the addresses are `nodeIps`. */
  readonly cluster: Omit<ClusterSettings, "configuredIps">;

  /** Null with `enableServer: false`. */
  readonly server: ServerSettings | null;
  /** Where health checks are answered without encryption; null with `healthzPort: 0`. */
  readonly healthz: Endpoint | null;

  /** All that is configured; the rest is the machine's. */
  readonly cgroups: Omit<CgroupSettings, "version" | "swapAccounting">;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** `resolvConf`; undefined (the empty text): pods get nothing of the machine's resolver configuration. */
  readonly resolvConf: string | undefined;
  readonly seccompDefault: boolean;
  /** Names and patterns of kernel parameters. */
  readonly allowedUnsafeSysctls: readonly string[];
  readonly logRotation: LogRotationPolicy & { readonly intervalMs: number };
  readonly backoff: BackoffPolicy;

  /** Refuse to start where swap is on. */
  readonly failSwapOn: boolean;
  /** Refuse to start on cgroup v1. */
  readonly failCgroupV1: boolean;

  readonly logging: LoggingSettings;
  /** For the log, once it is there: whole sentences. */
  readonly warnings: readonly string[];
  /** For who wants to see it. */
  readonly effective: EffectiveFields;
}

/** All fields that are set or have a default, as a file would write them. */
export interface EffectiveFields {
  readonly kubelet: Readonly<Record<string, unknown>>;
  readonly skerry: Readonly<Record<string, unknown>>;
}

export interface CertificateSettings {
  /** `certDir` */
  readonly dir: string;
  /** `rotateCertificates` */
  readonly rotateClient: boolean;
  readonly serving: ServingSource;
}

/** Status over a message broker. */
export interface RelayConfiguration {
  /** `relay.cluster`, `mode`, `after`, `maxMessageSize` */
  readonly settings: Omit<RelaySettings, "nodeName">;
  readonly broker: Omit<BrokerSettings, "identity">;
  /** `relay.bridgeCAFile`; undefined: the authority of the API server. */
  readonly bridgeCaFile: string | undefined;
}

/** Where the serving certificate comes from. */
export type ServingSource =
  /** The agent makes it. */
  | { readonly kind: "SelfSigned" }
  /** The cluster signs it (`serverTLSBootstrap`). */
  | { readonly kind: "Requested" }
  /** `tlsCertFile` and `tlsPrivateKeyFile` */
  | { readonly kind: "Files"; readonly certificatePath: string; readonly keyPath: string };

export interface SecurityLogSettings {
  /** `securityLog`; the file before it has `.1` behind. */
  readonly path: string;
  /** `securityLogMaxSize`: of each of the two. */
  readonly maxBytes: number;
}

/** An address of this machine and a port on it. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The kubelet's HTTPS API. */
export interface ServerSettings extends Endpoint {
  /** `readOnlyPort`; null for none. */
  readonly readOnlyPort: number | null;
  readonly tls: TlsSettings;
  readonly auth: AuthSettings;
  /** `enableDebuggingHandlers` */
  readonly debuggingHandlers: boolean;
  /** `enableSystemLogHandler` */
  readonly systemLogs: boolean;
  /** `enableProfilingHandler` */
  readonly profiling: boolean;
  /** `enableDebugFlagsHandler` */
  readonly debugFlags: boolean;
}

/** Who may use it. */
export interface AuthSettings {
  /** `authentication.x509.clientCAFile`; undefined: no client certificate counts. */
  readonly clientCaFile: string | undefined;
  /** `authentication.anonymous.enabled` */
  readonly anonymous: boolean;
  /** `authentication.webhook`; null where it is not enabled: no token counts. */
  readonly tokenReview: { readonly cacheMs: number } | null;
  /** `authorization`; null for the mode AlwaysAllow. */
  readonly accessReview: { readonly allowedMs: number; readonly deniedMs: number } | null;
}

export interface LoggingSettings {
  readonly format: "text" | "json";
  /** klog's `-v`. */
  readonly verbosity: number;
}
