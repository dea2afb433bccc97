/** The kubelet's defaults, written as a file would write them. */
import { DEFAULT_POD_LOGS_DIR } from "../default_paths.ts";
import type { Filled } from "./filled.ts";
import type { KubeletFields } from "./kubelet_schema.ts";

/**
 * Of the fields that the agent acts on, and of those that a check of another field needs.
 * `maxParallelImagePulls` has none, and `serializeImagePulls` depends on it. Of the frequencies of the node's status one depends on
 * whether the other is set, and what `evictionHard` sets takes the place of its defaults rather than being merged with them.
 */
export const KUBELET_DEFAULTS = {
  enableServer: true,
  address: "0.0.0.0",
  port: 10250,
  readOnlyPort: 0,
  tlsMinVersion: "VersionTLS12",
  tlsCipherSuites: [],
  authentication: {
    x509: { clientCAFile: "" },
    webhook: { enabled: true, cacheTTL: "2m" },
    anonymous: { enabled: false },
  },
  authorization: {
    mode: "Webhook",
    webhook: { cacheAuthorizedTTL: "5m", cacheUnauthorizedTTL: "30s" },
  },
  enableDebuggingHandlers: true,
  enableSystemLogHandler: true,
  enableProfilingHandler: false,
  enableDebugFlagsHandler: false,
  healthzPort: 10248,
  healthzBindAddress: "127.0.0.1",
  podLogsDir: DEFAULT_POD_LOGS_DIR,
  syncFrequency: "1m",
  fileCheckFrequency: "20s",
  volumeStatsAggPeriod: "1m",
  staticPodPath: "",
  tlsCertFile: "",
  tlsPrivateKeyFile: "",
  rotateCertificates: true,
  serverTLSBootstrap: false,
  clusterDomain: "",
  clusterDNS: [],
  cgroupRoot: "",
  cgroupsPerQOS: true,
  cgroupDriver: "cgroupfs",
  runtimeRequestTimeout: "2m",
  streamingConnectionIdleTimeout: "4h",
  podPidsLimit: -1,
  resolvConf: "/etc/resolv.conf",
  cpuCFSQuota: true,
  cpuCFSQuotaPeriod: "100ms",
  seccompDefault: false,
  allowedUnsafeSysctls: [],
  failSwapOn: true,
  failCgroupV1: true,
  containerLogMaxSize: "10Mi",
  containerLogMaxFiles: 5,
  containerLogMonitorInterval: "10s",
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  imageServiceEndpoint: "",
  crashLoopBackOff: { maxContainerRestartPeriod: "5m" },
  logging: { format: "text", verbosity: 0 },
  nodeLeaseDurationSeconds: 40,
  maxPods: 110,
  podsPerCore: 0,
  nodeStatusMaxImages: 50,
  eventRecordQPS: 50,
  eventBurst: 100,
  kubeAPIQPS: 50,
  kubeAPIBurst: 100,
  evictionPressureTransitionPeriod: "5m",
  mergeDefaultEvictionSettings: false,
  enableControllerAttachDetach: true,
  systemReserved: {},
  kubeReserved: {},
  enforceNodeAllocatable: ["pods"],
  providerID: "",
  registerWithTaints: [],
  registerNode: true,
  imageGCHighThresholdPercent: 85,
  imageGCLowThresholdPercent: 80,
  imageMinimumGCAge: "2m",
  imageMaximumGCAge: "0s",
  shutdownGracePeriod: "0s",
  shutdownGracePeriodCriticalPods: "0s",
} satisfies KubeletFields;

/** The fields over their defaults. */
export type KubeletSettings = Filled<KubeletFields, typeof KUBELET_DEFAULTS>;

/** Go cannot tell an empty text of these from a field that is not there, so it stands for the default. */
export const EMPTY_IS_DEFAULT: readonly (readonly string[])[] = [
  ["podLogsDir"],
  ["address"],
  ["healthzBindAddress"],
  ["tlsMinVersion"],
  ["authorization", "mode"],
  ["cgroupDriver"],
  ["containerLogMaxSize"],
  ["containerRuntimeEndpoint"],
  ["logging", "format"],
];

/** Likewise a duration of nothing, and the number 0. */
export const ZERO_IS_DEFAULT: readonly (readonly string[])[] = [
  ["syncFrequency"],
  ["port"],
  ["authentication", "webhook", "cacheTTL"],
  ["authorization", "webhook", "cacheAuthorizedTTL"],
  ["authorization", "webhook", "cacheUnauthorizedTTL"],
  ["fileCheckFrequency"],
  ["volumeStatsAggPeriod"],
  ["runtimeRequestTimeout"],
  ["streamingConnectionIdleTimeout"],
  ["imageMinimumGCAge"],
  ["nodeStatusUpdateFrequency"],
  ["nodeStatusReportFrequency"],
  ["nodeLeaseDurationSeconds"],
  ["evictionPressureTransitionPeriod"],
  ["maxPods"],
  ["eventBurst"],
  ["kubeAPIBurst"],
];
