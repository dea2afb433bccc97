/** The schema has exactly the fields that the API has. */
import assert from "node:assert/strict";
import { type AnySchema, viewOf } from "../../core/pod/schema/support.ts";
import { kubeletSchema } from "./kubelet_schema.ts";
import { markerOf } from "./marker.ts";

/**
 * The names of the fields of each structure, by the path that leads to it.
 * @see https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
const FIELDS: Readonly<Record<string, string>> = {
  "": `
    enableServer staticPodPath podLogsDir syncFrequency fileCheckFrequency httpCheckFrequency
    staticPodURL staticPodURLHeader address port readOnlyPort tlsCertFile tlsPrivateKeyFile
    tlsCipherSuites tlsCurvePreferences tlsMinVersion rotateCertificates serverTLSBootstrap
    authentication authorization registryPullQPS registryBurst
    imagePullCredentialsVerificationPolicy preloadedImagesVerificationAllowlist eventRecordQPS
    eventBurst enableDebuggingHandlers enableContentionProfiling healthzPort healthzBindAddress
    oomScoreAdj clusterDomain clusterDNS streamingConnectionIdleTimeout
    nodeStatusUpdateFrequency nodeStatusReportFrequency nodeLeaseDurationSeconds
    imageMinimumGCAge imageMaximumGCAge imageGCHighThresholdPercent imageGCLowThresholdPercent
    volumeStatsAggPeriod kubeletCgroups systemCgroups cgroupRoot cgroupsPerQOS cgroupDriver
    cpuManagerPolicy singleProcessOOMKill cpuManagerPolicyOptions cpuManagerReconcilePeriod
    memoryManagerPolicy topologyManagerPolicy topologyManagerScope topologyManagerPolicyOptions
    qosReserved runtimeRequestTimeout hairpinMode maxPods podCIDR podPidsLimit resolvConf
    runOnce cpuCFSQuota cpuCFSQuotaPeriod nodeStatusMaxImages maxOpenFiles contentType
    kubeAPIQPS kubeAPIBurst serializeImagePulls maxParallelImagePulls evictionHard evictionSoft
    evictionSoftGracePeriod evictionPressureTransitionPeriod evictionMaxPodGracePeriod
    evictionMinimumReclaim mergeDefaultEvictionSettings podsPerCore enableControllerAttachDetach
    protectKernelDefaults makeIPTablesUtilChains iptablesMasqueradeBit iptablesDropBit
    featureGates failSwapOn memorySwap containerLogMaxSize containerLogMaxFiles
    containerLogMaxWorkers containerLogMonitorInterval configMapAndSecretChangeDetectionStrategy
    systemReserved kubeReserved reservedSystemCPUs showHiddenMetricsForVersion
    systemReservedCgroup kubeReservedCgroup enforceNodeAllocatable allowedUnsafeSysctls
    defaultPodSysctls volumePluginDir providerID kernelMemcgNotification logging
    enableSystemLogHandler enableSystemLogQuery shutdownGracePeriod
    shutdownGracePeriodCriticalPods shutdownGracePeriodByPodPriority crashLoopBackOff
    reservedMemory enableProfilingHandler enableDebugFlagsHandler seccompDefault
    memoryThrottlingFactor memoryReservationPolicy registerWithTaints registerNode tracing
    localStorageCapacityIsolation containerRuntimeEndpoint imageServiceEndpoint failCgroupV1
    userNamespaces
  `,
  authorization: `
    mode webhook
  `,
  "authorization.webhook": `
    cacheAuthorizedTTL cacheUnauthorizedTTL
  `,
  authentication: `
    x509 webhook anonymous
  `,
  "authentication.x509": `
    clientCAFile
  `,
  "authentication.webhook": `
    enabled cacheTTL
  `,
  "authentication.anonymous": `
    enabled
  `,
  reservedMemory: `
    numaNode limits
  `,
  shutdownGracePeriodByPodPriority: `
    priority shutdownGracePeriodSeconds
  `,
  memorySwap: `
    swapBehavior
  `,
  crashLoopBackOff: `
    maxContainerRestartPeriod
  `,
  userNamespaces: `
    idsPerPod
  `,
  logging: "format flushFrequency verbosity vmodule options",
  registerWithTaints: "key value effect timeAdded",
  tracing: "endpoint samplingRatePerMillion",
};

for (const [path, names] of Object.entries(FIELDS)) {
  Deno.test(`the schema has all fields of ${path === "" ? "the KubeletConfiguration" : path}`, () => {
    assert.deepEqual(fieldsAt(path).toSorted(), names.trim().split(/\s+/).toSorted());
  });
}

Deno.test("every field says whether it is acted on", () => {
  const unmarked = Object.entries(kubeletSchema.entries)
    .filter(([, schema]) => markerOf(schema) === undefined);
  assert.deepEqual(unmarked, []);
});

function fieldsAt(path: string): readonly string[] {
  let schema: AnySchema = kubeletSchema;
  for (const step of path.split(".").filter((each) => each !== "")) {
    schema = entriesOf(schema)[step] ?? schema;
  }
  return Object.keys(entriesOf(schema));
}

/** Seen through a list. */
function entriesOf(schema: AnySchema): Readonly<Record<string, AnySchema>> {
  const { shape } = viewOf(schema);
  if (shape.kind === "list") return entriesOf(shape.item);
  return shape.kind === "object" ? shape.entries : {};
}
