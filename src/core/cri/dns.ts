/** How a pod resolves names. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
import type { Pod } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import { type DnsWarning, withinLimits } from "./dns_limits.ts";
import type { DnsConfig } from "./types.ts";

export interface PodDnsInput {
  readonly pod: Pod;
  readonly node: Pick<NodeSettings, "clusterDns" | "clusterDomain" | "hostDns">;
}

/** What goes into the sandbox's resolv.conf, and what the pod's owner should hear of as warning events. */
export interface PodDns {
  readonly config: DnsConfig;
  readonly warnings: readonly DnsWarning[];
}

/** The pod's `dnsPolicy`, then its `dnsConfig`, then the limits. */
export function podDns(input: PodDnsInput): PodDns {
  const { base, warnings } = byPolicy(input);
  const limited = withinLimits(merged(base, input.pod.spec.dnsConfig));
  return { config: limited.config, warnings: [...warnings, ...limited.warnings] };
}

type Base = { readonly base: DnsConfig; readonly warnings: readonly DnsWarning[] };

function byPolicy({ pod, node }: PodDnsInput): Base {
  switch (effectivePolicy(pod.spec)) {
    case "None":
      return { base: { servers: [], searches: [], options: [] }, warnings: [] };
    case "Default":
      return { base: inherited(node), warnings: [] };
    case "Cluster":
      return node.clusterDns.length === 0
        ? { base: inherited(node), warnings: [missingClusterDns(pod)] }
        : { base: clusterDns({ pod, node }), warnings: [] };
  }
}

function effectivePolicy(
  { dnsPolicy, hostNetwork }: Pod["spec"],
): "None" | "Default" | "Cluster" {
  if (dnsPolicy === "None" || dnsPolicy === "Default") return dnsPolicy;
  return dnsPolicy === "ClusterFirst" && hostNetwork ? "Default" : "Cluster";
}

/** Without the machine's configuration nothing is looked up: an empty one would make the runtime copy the machine's. */
function inherited({ hostDns }: PodDnsInput["node"]): DnsConfig {
  return hostDns ?? { servers: ["127.0.0.1"], searches: ["."], options: [] };
}

function clusterDns({ pod, node }: PodDnsInput): DnsConfig {
  const { clusterDomain } = node;
  const hostSearches = node.hostDns?.searches ?? [];
  const cluster = [`${pod.metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`];
  return {
    servers: node.clusterDns,
    searches: clusterDomain === ""
      ? hostSearches
      : unique([...cluster, clusterDomain, ...hostSearches]),
    options: ["ndots:5"],
  };
}

function missingClusterDns({ metadata: { name, namespace, uid } }: Pod): DnsWarning {
  return {
    reason: "MissingClusterDNS",
    message:
      `pod: "${name}_${namespace}(${uid})". kubelet does not have ClusterDNS IP configured ` +
      'and cannot create Pod using "ClusterFirst" policy. Falling back to "Default" policy.',
  };
}

function merged(base: DnsConfig, own: Pod["spec"]["dnsConfig"]): DnsConfig {
  if (own === undefined) return base;
  return {
    servers: unique([...base.servers, ...own.nameservers ?? []]),
    searches: unique([...base.searches, ...own.searches ?? []]),
    options: mergedOptions(base.options, own.options ?? []),
  };
}

type OwnOptions = NonNullable<NonNullable<Pod["spec"]["dnsConfig"]>["options"]>;

/** The pod's value of an option takes the place of the base's. */
function mergedOptions(base: readonly string[], own: OwnOptions): readonly string[] {
  const values = new Map(base.map(splitOption));
  for (const { name = "", value = "" } of own) values.set(name, value);
  return [...values].map(([name, value]) => value === "" ? name : `${name}:${value}`);
}

function splitOption(option: string): readonly [name: string, value: string] {
  const colon = option.indexOf(":");
  return colon < 0 ? [option, ""] : [option.slice(0, colon), option.slice(colon + 1)];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
