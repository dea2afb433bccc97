/** Cuts a resolver configuration to what resolvers can take. */
import type { DnsConfig } from "./types.ts";

/** Something the pod's owner should hear of as an event. */
export interface DnsWarning {
  readonly reason: string;
  readonly message: string;
}

/** What glibc reads of a resolv.conf, and Kubernetes' own bounds. */
const maxServers = 3;
const maxSearches = 32;
const maxSearchesLength = 2_048;
/** A longer search path makes some versions of glibc abort. */
const maxSearchLength = 253;

/** The configuration within the limits, with the kubelet's warning for each limit that was exceeded. */
export function withinLimits(
  { servers, searches, options }: DnsConfig,
): { readonly config: DnsConfig; readonly warnings: readonly DnsWarning[] } {
  const config = { servers: servers.slice(0, maxServers), searches: fitting(searches), options };
  const warnings = [
    ...(config.servers.length < servers.length ? [cutServers(config.servers)] : []),
    ...(config.searches.length < searches.length ? [cutSearches(config.searches)] : []),
  ];
  return { config, warnings };
}

function fitting(searches: readonly string[]): readonly string[] {
  const usable = searches.slice(0, maxSearches).filter(({ length }) => length <= maxSearchLength);
  while (usable.join(" ").length > maxSearchesLength) usable.pop();
  return usable;
}

function cutServers(applied: readonly string[]): DnsWarning {
  return forming(
    "Nameserver limits were exceeded, some nameservers have been omitted, " +
      `the applied nameserver line is: ${applied.join(" ")}`,
  );
}

function cutSearches(applied: readonly string[]): DnsWarning {
  return forming(
    "Search Line limits were exceeded, some search paths have been omitted, " +
      `the applied search line is: ${applied.join(" ")}`,
  );
}

function forming(message: string): DnsWarning {
  return { reason: "DNSConfigForming", message };
}
