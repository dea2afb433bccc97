/** Which of the machine's addresses are the node's. @see https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ (--node-ip) */
import { failure, type Result, success } from "../result.ts";
import type { HostAddresses } from "./machine.ts";

export interface AddressInput {
  readonly nodeName: string;
  /** `--node-ip`: none, one, or one of each family. */
  readonly configured: readonly string[];
  readonly host: HostAddresses;
  /** The text of /etc/hosts. */
  readonly hostsFile: string;
}

/**
 * What is configured, else the name where it is an address itself, else what /etc/hosts says of the name, else the address
 * that the default route starts from; IPv4 goes first unless `::` is configured. The failure says what is wrong.
 */
export function nodeIps(input: AddressInput): Result<readonly string[]> {
  const { configured, host } = input;
  const named = configured.filter((ip) => !isUnspecified(ip));
  for (const ip of named) {
    const problem = unusable(ip, host);
    if (problem !== null) return failure(`--node-ip ${ip}: ${problem}`);
  }
  if (named.length > 0) return success(named);
  const found = nameAsAddress(input) ?? preferred(input, namedInHosts(input)) ??
    preferred(input, [host.defaultV4, host.defaultV6]);
  return found === undefined
    ? failure("the machine has no address and no default route; give one with --node-ip")
    : success([found]);
}

/** `0.0.0.0` and `::` name a family, not an address. */
function isUnspecified(ip: string): boolean {
  return ip === "0.0.0.0" || canonical(ip) === "::";
}

function nameAsAddress({ nodeName }: AddressInput): string | undefined {
  return /^\d+\.\d+\.\d+\.\d+$/.test(nodeName) ? nodeName : undefined;
}

/** Debian names the machine at 127.0.1.1: what others cannot reach is no node's address. */
function namedInHosts({ nodeName, hostsFile, host }: AddressInput): readonly string[] {
  return hostsFile.split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter(([, ...names]) => names.includes(nodeName))
    .map(([ip = ""]) => ip)
    .filter((ip) => unusable(ip, host) === null);
}

/** The first of the preferred family, else the first. */
function preferred(
  { configured: [first = ""] }: AddressInput,
  ips: readonly string[],
): string | undefined {
  const candidates = ips.filter((ip) => ip !== "");
  const wantsV6 = first.includes(":");
  return candidates.find((ip) => ip.includes(":") === wantsV6) ?? candidates[0];
}

function unusable(ip: string, { all }: HostAddresses): string | null {
  const text = canonical(ip);
  if (/^127\.|^::1$/.test(text)) return "a loopback address reaches nobody else";
  if (/^22[4-9]\.|^23\d\.|^ff/.test(text)) return "a multicast address is nobody's own";
  if (/^169\.254\.|^fe[89ab]/.test(text)) return "a link-local address reaches one network only";
  return all.map(canonical).includes(text) ? null : "no network interface has this address";
}

/** IPv6 has many ways to write one address; the URL parser knows the one of RFC 5952. */
function canonical(ip: string): string {
  if (!ip.includes(":")) return ip;
  return URL.parse(`http://[${ip}]/`)?.hostname.slice(1, -1) ?? ip;
}
