/**
 * The kubelet's checks of single values. Of fields that are not acted on, what Go cannot tell from "not set" passes.
 * @see https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
import { isSysctlPattern, namespaceOf, patternOf } from "../../core/node/sysctls.ts";
import { isCipherSuite } from "../../core/node/tls_settings.ts";
import { parseQuantity } from "../../core/quantity.ts";
import type { KubeletSettings } from "./kubelet_defaults.ts";
import {
  field,
  findingsOf,
  ip,
  items,
  lasting,
  oneOf,
  outsideKernel,
  type Rule,
  within,
} from "./rule.ts";

type KubeletRule = Rule<KubeletSettings>;

const notNegative = within({ min: 0 });
const percent = within({ min: 0, max: 100 });
const portOrOff = within({ min: 0, max: 65535 });
const positive = lasting("a duration longer than 0s", (ms) => ms > 0);
const notBeforeNow = lasting("a duration of 0s or more", (ms) => ms >= 0);
const zeroOrSeconds = lasting("0s, or a duration of 1s or more", (ms) => ms === 0 || ms >= 1_000);

/** Of fields that the agent acts on. */
const ACTED: readonly KubeletRule[] = [
  field("syncFrequency", positive),
  field("fileCheckFrequency", positive),
  field("runtimeRequestTimeout", positive),
  field("streamingConnectionIdleTimeout", positive),
  field("cgroupDriver", oneOf("cgroupfs", "systemd")),
  field(
    "cpuCFSQuotaPeriod",
    lasting("a duration from 1ms to 1s", (ms) => ms >= 1 && ms <= 1_000),
  ),
  field("containerLogMaxSize", logSize),
  field("containerLogMaxFiles", within({ min: 2 })),
  field("containerLogMonitorInterval", lasting("a duration of 3s or more", (ms) => ms >= 3_000)),
  field("maxParallelImagePulls", within({ min: 1 })),
  field("nodeStatusUpdateFrequency", positive),
  field("nodeStatusReportFrequency", positive),
  field("nodeLeaseDurationSeconds", within({ min: 1 })),
  field("nodeStatusMaxImages", within({ min: -1 })),
  field("evictionPressureTransitionPeriod", notBeforeNow),
  field("maxPods", notNegative),
  field("podsPerCore", notNegative),
  field("staticPodPath", outsideKernel),
  field("resolvConf", outsideKernel),
  field("tlsCertFile", outsideKernel),
  field("tlsPrivateKeyFile", outsideKernel),
  field("address", ip),
  field("healthzBindAddress", ip),
  field("port", within({ min: 1, max: 65535 })),
  field("readOnlyPort", portOrOff),
  field("healthzPort", portOrOff),
  field(
    "tlsMinVersion",
    oneOf("VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"),
  ),
  ({ tlsCipherSuites: list }) => items({ path: ["tlsCipherSuites"], list, check: cipherSuite }),
  ({ authentication }) =>
    findingsOf({
      path: ["authentication", "x509", "clientCAFile"],
      value: authentication.x509.clientCAFile,
      check: outsideKernel,
    }),
  ({ authorization }) =>
    findingsOf({
      path: ["authorization", "mode"],
      value: authorization.mode,
      check: oneOf("AlwaysAllow", "Webhook"),
    }),
  field("podLogsDir", (value) => cleanPath(value) ?? outsideKernel(value)),
  field("containerRuntimeEndpoint", unixEndpoint),
  field("imageServiceEndpoint", (value) => value === "" ? undefined : unixEndpoint(value)),
  ({ allowedUnsafeSysctls: list }) =>
    items({ path: ["allowedUnsafeSysctls"], list, check: namespacedSysctl }),
  ({ clusterDNS }) => items({ path: ["clusterDNS"], list: clusterDNS, check: ip }),
  ({ logging }) =>
    findingsOf({
      path: ["logging", "format"],
      value: logging.format,
      check: oneOf("text", "json"),
    }),
  ({ logging }) =>
    findingsOf({ path: ["logging", "verbosity"], value: logging.verbosity, check: notNegative }),
  ({ crashLoopBackOff }) =>
    findingsOf({
      path: ["crashLoopBackOff", "maxContainerRestartPeriod"],
      value: crashLoopBackOff.maxContainerRestartPeriod,
      check: lasting("a duration from 1s to 5m", (ms) => ms >= 1_000 && ms <= 300_000),
    }),
];

/** Of fields that are only known. */
const KNOWN: readonly KubeletRule[] = [
  field("eventBurst", notNegative),
  field("eventRecordQPS", notNegative),
  field("imageGCHighThresholdPercent", percent),
  field("imageGCLowThresholdPercent", percent),
  field("imageMinimumGCAge", notBeforeNow),
  field("imageMaximumGCAge", notBeforeNow),
  field("iptablesDropBit", within({ min: 0, max: 31 })),
  field("iptablesMasqueradeBit", within({ min: 0, max: 31 })),
  field("kubeAPIBurst", notNegative),
  field("kubeAPIQPS", notNegative),
  field("maxOpenFiles", notNegative),
  field("oomScoreAdj", within({ min: -1000, max: 1000 })),
  field("registryBurst", notNegative),
  field("registryPullQPS", notNegative),
  field("containerLogMaxWorkers", within({ min: 1 })),
  field("shutdownGracePeriod", zeroOrSeconds),
  field("shutdownGracePeriodCriticalPods", zeroOrSeconds),
  field(
    "memoryThrottlingFactor",
    (value) => value > 0 && value <= 1 ? undefined : "a number above 0, at most 1",
  ),
  field("runOnce", (value) => value ? "false: the kubelet has given this mode up" : undefined),
  field(
    "topologyManagerPolicy",
    oneOf("", "none", "best-effort", "restricted", "single-numa-node"),
  ),
  field("topologyManagerScope", oneOf("", "container", "pod")),
  field("cpuManagerPolicy", oneOf("", "none", "static")),
  field("memoryManagerPolicy", oneOf("", "None", "Static")),
  field("hairpinMode", oneOf("", "promiscuous-bridge", "hairpin-veth", "none")),
  field("memoryReservationPolicy", oneOf("", "None", "TieredReservation")),
  field("configMapAndSecretChangeDetectionStrategy", oneOf("", "Get", "Cache", "Watch")),
  field(
    "imagePullCredentialsVerificationPolicy",
    oneOf(
      "",
      "NeverVerify",
      "NeverVerifyPreloadedImages",
      "NeverVerifyAllowlistedImages",
      "AlwaysVerify",
    ),
  ),
  ({ memorySwap }) =>
    findingsOf({
      path: ["memorySwap", "swapBehavior"],
      value: memorySwap?.swapBehavior,
      check: oneOf("", "NoSwap", "LimitedSwap"),
    }),
  ({ tracing }) =>
    findingsOf({
      path: ["tracing", "samplingRatePerMillion"],
      value: tracing?.samplingRatePerMillion,
      check: within({ min: 0, max: 1_000_000 }),
    }),
  ({ userNamespaces }) =>
    findingsOf({
      path: ["userNamespaces", "idsPerPod"],
      value: userNamespaces?.idsPerPod,
      check: (value) => value > 0 && value % 65536 === 0 ? undefined : "a multiple of 65536",
    }),
];

/** Every check of a single value. */
export const KUBELET_VALUE_RULES: readonly KubeletRule[] = [...ACTED, ...KNOWN];

/** Names that Go does not know are mistakes; of those that it knows some may be too weak to be had here. */
function cipherSuite(value: string): string | undefined {
  return isCipherSuite(value)
    ? undefined
    : "the name that Go has for a cipher suite, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
}

/** A negative size turns rotation off, as in the kubelet; none at all would rotate without end. */
function logSize(value: string): string | undefined {
  const parsed = parseQuantity(value);
  if (!parsed.ok) return 'a quantity such as "10Mi"';
  return parsed.value.nanos === 0n ? "a quantity other than 0" : undefined;
}

/** The path is part of what the runtime and log shippers are told, so it must be the one way to write it. */
function cleanPath(value: string): string | undefined {
  const clean = /^(?:\/|(?:\/[^/]+)+)$/.test(value) && !/\/\.{1,2}(?:\/|$)/.test(value);
  if (!clean) return `an absolute path without ".", ".." and a "/" too many`;
  // deno-lint-ignore no-control-regex
  return /^[\x00-\x7f]*$/.test(value) ? undefined : "a path of ASCII characters";
}

/** A parameter that is the whole machine's must not be any pod's to set. */
function namespacedSysctl(value: string): string | undefined {
  const { start } = patternOf(value);
  return isSysctlPattern(value) && namespaceOf(start) !== null
    ? undefined
    : 'a namespaced kernel parameter, or a pattern such as "net.core.*"';
}

/** The kubelet still takes a bare path for a unix socket. */
function unixEndpoint(value: string): string | undefined {
  return /^(?:unix:\/\/)?\/./.test(value)
    ? undefined
    : "a unix socket such as unix:///run/containerd/containerd.sock";
}
