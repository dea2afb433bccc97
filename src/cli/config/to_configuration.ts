/** Turns checked settings into the values and units of the code. */
import { join } from "node:path/posix";
import { defaultBackoff } from "../../core/pod/backoff.ts";
import { parseBrokerUrl } from "../../core/broker/broker_url.ts";
import { bytes, parseQuantity } from "../../core/quantity.ts";
import { clusterSettings } from "./cluster_settings.ts";
import type { Configuration, LoggingSettings, ServingSource } from "./configuration.ts";
import type { KubeletSettings, SkerrySettings } from "./kinds.ts";
import { milliseconds } from "./rule.ts";
import { serverSettings } from "./server_settings.ts";

/** All but what flags alone can say. */
export function toConfiguration(
  { kubelet, skerry }: { readonly kubelet: KubeletSettings; readonly skerry: SkerrySettings },
): Omit<Configuration, "nodeName" | "nodeIps" | "warnings" | "effective"> {
  const { rootDir, controlSocket } = skerry;
  const runtimeEndpoint = endpoint(kubelet.containerRuntimeEndpoint);
  return {
    staticPodPath: kubelet.staticPodPath || undefined,
    fileCheckMs: milliseconds(kubelet.fileCheckFrequency),
    relistMs: milliseconds(kubelet.syncFrequency),
    volumeStatsPeriodMs: milliseconds(kubelet.volumeStatsAggPeriod),
    rootDir,
    kubeconfig: skerry.kubeconfig || undefined,
    bootstrapKubeconfig: skerry.bootstrapKubeconfig || undefined,
    k3sServer: skerry.k3sServer?.replace(/\/+$/, "") || undefined,
    // The kubelet's client takes 0 for a field that is not set, and has a default of its own.
    apiRate: { perSecond: kubelet.kubeAPIQPS || 5, burst: kubelet.kubeAPIBurst },
    certificates: {
      dir: skerry.certDir ?? join(rootDir, "pki"),
      rotateClient: kubelet.rotateCertificates,
      serving: servingSource(kubelet),
    },
    podLogsDir: kubelet.podLogsDir,
    imagesDir: skerry.imagesDir ?? join(rootDir, "images"),
    controlSocket,
    registryConfig: skerry.registryConfig ?? join(rootDir, "config.json"),
    storeKeyFile: skerry.storeKeyFile || undefined,
    securityLog: securityLog(skerry),
    journal: {
      maxRecords: skerry.journalMaxRecords,
      maxBytes: byteLimit(skerry.journalMaxSize),
    },
    relay: relayConfiguration(skerry),
    runtimeEndpoint,
    imageEndpoint: endpoint(kubelet.imageServiceEndpoint) || runtimeEndpoint,
    runtimeRequestTimeoutMs: milliseconds(kubelet.runtimeRequestTimeout),
    streamIdleMs: milliseconds(kubelet.streamingConnectionIdleTimeout),
    parallelPulls: parallelPulls(kubelet),
    imageGc: {
      highPercent: kubelet.imageGCHighThresholdPercent,
      lowPercent: kubelet.imageGCLowThresholdPercent,
      minAgeMs: milliseconds(kubelet.imageMinimumGCAge),
      maxAgeMs: milliseconds(kubelet.imageMaximumGCAge),
    },
    cluster: clusterSettings({ kubelet, skerry }),
    server: serverSettings(kubelet),
    healthz: kubelet.healthzPort === 0
      ? null
      : { address: kubelet.healthzBindAddress, port: kubelet.healthzPort },
    cgroups: cgroups(kubelet),
    clusterDns: kubelet.clusterDNS,
    clusterDomain: kubelet.clusterDomain,
    resolvConf: kubelet.resolvConf || undefined,
    seccompDefault: kubelet.seccompDefault,
    allowedUnsafeSysctls: kubelet.allowedUnsafeSysctls,
    logRotation: logRotation(kubelet),
    backoff: {
      ...defaultBackoff,
      maxMs: milliseconds(kubelet.crashLoopBackOff.maxContainerRestartPeriod),
    },
    failSwapOn: kubelet.failSwapOn,
    failCgroupV1: kubelet.failCgroupV1,
    logging: logging(kubelet),
  };
}

/** As in the kubelet, a request to the cluster goes before files. */
function servingSource(
  { serverTLSBootstrap, tlsCertFile, tlsPrivateKeyFile }: KubeletSettings,
): ServingSource {
  if (serverTLSBootstrap) return { kind: "Requested" };
  if (tlsCertFile === "") return { kind: "SelfSigned" };
  return { kind: "Files", certificatePath: tlsCertFile, keyPath: tlsPrivateKeyFile };
}

function securityLog(
  { securityLog: path, securityLogMaxSize, rootDir }: SkerrySettings,
): Configuration["securityLog"] {
  const maxBytes = byteLimit(securityLogMaxSize);
  return { path: path ?? join(rootDir, "security.log"), maxBytes };
}

function relayConfiguration({ relay }: SkerrySettings): Configuration["relay"] {
  const brokers = relay.brokers.flatMap((text) => {
    const url = parseBrokerUrl(text);
    return url.ok ? [url.value] : [];
  });
  if (brokers.length === 0) return null;
  const maxMessageBytes = byteLimit(relay.maxMessageSize);
  return {
    settings: {
      cluster: relay.cluster ?? "",
      mode: relay.mode === "Always" ? "Always" : "Fallback",
      afterMs: milliseconds(relay.after),
      maxMessageBytes,
    },
    broker: {
      brokers,
      caFile: relay.caFile || undefined,
      certFile: relay.certFile || undefined,
      keyFile: relay.keyFile || undefined,
      usernameFile: relay.usernameFile || undefined,
      passwordFile: relay.passwordFile || undefined,
      keepAliveMs: milliseconds(relay.keepAlive),
      maxMessageBytes,
    },
    bridgeCaFile: relay.bridgeCAFile || undefined,
  };
}

/** What cannot be read was refused before. */
function byteLimit(text: string): number {
  const size = parseQuantity(text);
  return size.ok ? bytes(size.value) : Infinity;
}

/** A bare path is a unix socket. */
function endpoint(text: string): string {
  return text.startsWith("/") ? `unix://${text}` : text;
}

/** Pulls are one after another unless the one field says no or the other a number above 1. */
function parallelPulls(
  { serializeImagePulls, maxParallelImagePulls: most }: KubeletSettings,
): number {
  const serialize = serializeImagePulls ?? (most ?? 1) < 2;
  return serialize ? 1 : most ?? Infinity;
}

function cgroups(kubelet: KubeletSettings): Configuration["cgroups"] {
  return {
    driver: kubelet.cgroupDriver === "systemd" ? "systemd" : "cgroupfs",
    root: kubelet.cgroupRoot || "/",
    perQos: kubelet.cgroupsPerQOS,
    cpuCfsQuota: kubelet.cpuCFSQuota,
    cpuCfsQuotaPeriodMs: milliseconds(kubelet.cpuCFSQuotaPeriod),
    podPidsLimit: kubelet.podPidsLimit,
  };
}

function logRotation(kubelet: KubeletSettings): Configuration["logRotation"] {
  const maxBytes = byteLimit(kubelet.containerLogMaxSize);
  return {
    maxBytes: maxBytes < 0 ? Infinity : maxBytes,
    maxFiles: kubelet.containerLogMaxFiles,
    intervalMs: milliseconds(kubelet.containerLogMonitorInterval),
  };
}

function logging({ logging: { format, verbosity } }: KubeletSettings): LoggingSettings {
  return { format: format === "json" ? "json" : "text", verbosity };
}
