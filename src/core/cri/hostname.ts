/** What a pod is called on its own network. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
import type { Pod } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import { failure, type Result, success } from "../result.ts";

interface PodOnNode {
  readonly pod: Pod;
  readonly node: Pick<NodeSettings, "clusterDomain">;
}

/** The length of a DNS label. */
const maxHostname = 63;
/** What the kernel has room for (`utsname.nodename`). */
const maxKernelHostname = 64;

/** The short name, and the domain below which it stands: "" without a subdomain. */
export interface PodHostname {
  readonly hostname: string;
  readonly domain: string;
}

/**
 * The spec's hostname or the pod's name, cut to what may be a DNS label. `hostnameOverride` is used as a whole, and stands
 * below no domain.
 */
export function podHostname({ pod, node }: PodOnNode): PodHostname {
  const { hostname, subdomain, hostnameOverride } = pod.spec;
  if (hostnameOverride !== undefined) return { hostname: asLabel(hostnameOverride), domain: "" };
  return {
    hostname: asLabel(hostname || pod.metadata.name),
    domain: subdomain ? `${subdomain}.${pod.metadata.namespace}.svc.${node.clusterDomain}` : "",
  };
}

/**
 * The name that the sandbox's kernel is given: the short one, or the full one with `setHostnameAsFQDN`. It is "" on the
 * host's network, where the node keeps its own. Fails where the full name is too long for the kernel.
 */
export function kernelHostname({ pod, node }: PodOnNode): Result<string> {
  if (pod.spec.hostNetwork) return success("");
  const { hostname, domain } = podHostname({ pod, node });
  if (!pod.spec.setHostnameAsFQDN || domain === "") return success(hostname);
  const full = `${hostname}.${domain}`;
  return full.length <= maxKernelHostname ? success(full) : failure(tooLong(full));
}

function asLabel(name: string): string {
  return name.length <= maxHostname ? name : name.slice(0, maxHostname).replace(/[-.]+$/, "");
}

function tooLong(full: string): string {
  return `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long ` +
    `(${maxKernelHostname} characters is the max, ${full.length} characters requested)`;
}
