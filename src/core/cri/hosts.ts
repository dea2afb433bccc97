/** The hosts file that a pod's containers find at /etc/hosts. */
import type { Pod } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import { podHostname } from "./hostname.ts";

export interface HostsFileInput {
  readonly pod: Pod;
  readonly node: Pick<NodeSettings, "clusterDomain" | "hostsFile">;
  /** The addresses of the sandbox; none before the network has given it one. */
  readonly podIps: readonly string[];
}

const localNames: readonly string[] = [
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "fe00::0\tip6-mcastprefix",
  "fe00::1\tip6-allnodes",
  "fe00::2\tip6-allrouters",
];

/** Whether there is a hosts file at all: a pod on its own network has none before it has an address. */
export function hasHostsFile(
  { pod, podIps }: Pick<HostsFileInput, "pod" | "podIps">,
): boolean {
  return pod.spec.hostNetwork === true || podIps.length > 0;
}

/**
 * The pod's own names, or the node's file on the host's network; then the pod's `hostAliases`. Null where there is
 * no file (`hasHostsFile`).
 * @see https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/
 */
export function hostsFileContent(input: HostsFileInput): string | null {
  if (!hasHostsFile(input)) return null;
  const { hostNetwork, hostAliases } = input.pod.spec;
  const names = hostNetwork
    ? `# Kubernetes-managed hosts file (host network).\n${input.node.hostsFile}`
    : lines(["# Kubernetes-managed hosts file.", ...localNames, ...ownNames(input)]);
  return names + aliasBlock(hostAliases ?? []);
}

function ownNames({ pod, node, podIps }: HostsFileInput): readonly string[] {
  const { hostname, domain } = podHostname({ pod, node });
  const names = domain === "" ? hostname : `${hostname}.${domain}\t${hostname}`;
  return podIps.map((ip) => `${ip}\t${names}`);
}

function aliasBlock(aliases: NonNullable<Pod["spec"]["hostAliases"]>): string {
  if (aliases.length === 0) return "";
  const entries = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}`);
  return lines(["", "# Entries added by HostAliases.", ...entries]);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
