/** The names and addresses that a node's serving certificate vouches for. */
import type { AlternativeNames } from "../x509/subject.ts";
import { ipBytes } from "../x509/ip_bytes.ts";
import type { NodeAddress } from "./node_object.ts";

/** The kubelet's choice among the addresses of its node's status, sorted, each once. */
export function servingNames(addresses: readonly NodeAddress[]): AlternativeNames {
  const dnsNames = new Set<string>();
  const ips = new Set<string>();
  for (const { type, address } of addresses) {
    const isIp = ipBytes(address) !== null;
    if (isIp && ["Hostname", "ExternalIP", "InternalIP"].includes(type)) ips.add(address);
    if (type === "Hostname" && !isIp && address !== "") dnsNames.add(address);
    if (type === "ExternalDNS" || type === "InternalDNS") dnsNames.add(address);
  }
  return { dnsNames: [...dnsNames].sort(), ips: [...ips].sort() };
}
