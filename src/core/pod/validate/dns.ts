/** Checks a pod's DNS policy and configuration, its hostname and what it adds to /etc/hosts. */
import type { PodSpec } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { dnsLabel, dnsSubdomain, ipAddress, searchPath } from "./names.ts";
import { allInvalid, type FieldProblem, forbidden, invalid, oneOf, required } from "./problem.ts";

const policies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];
const maxNameservers = 3;
const maxSearches = 32;
/** The kernel's limit. */
const maxHostname = 64;
const maxSearchChars = 2_048;

type DnsConfig = NonNullable<PodSpec["dnsConfig"]>;

/** @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
export function dnsProblems(spec: PodSpec): readonly FieldProblem[] {
  const path: YamlPath = ["spec", "dnsConfig"];
  return [
    ...oneOf(["spec", "dnsPolicy"], { value: spec.dnsPolicy, supported: policies }),
    ...(spec.dnsPolicy === "None" ? withoutNameservers(path, spec.dnsConfig) : []),
    ...(spec.dnsConfig === undefined ? [] : configProblems(path, spec.dnsConfig)),
    ...hostnameProblems(spec),
    ...hostAliasProblems(spec.hostAliases ?? []),
  ];
}

function withoutNameservers(
  path: YamlPath,
  config: DnsConfig | undefined,
): readonly FieldProblem[] {
  if (config === undefined) {
    return [required(path, "must provide `dnsConfig` when `dnsPolicy` is None")];
  }
  if ((config.nameservers ?? []).length > 0) return [];
  const detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
  return [required([...path, "nameservers"], detail)];
}

function configProblems(path: YamlPath, config: DnsConfig): readonly FieldProblem[] {
  return [
    ...nameserverProblems([...path, "nameservers"], config.nameservers ?? []),
    ...searchProblems([...path, "searches"], config.searches ?? []),
    ...(config.options ?? []).flatMap(({ name }, index) =>
      name ? [] : [required([...path, "options", index], "must not be empty")]
    ),
  ];
}

function nameserverProblems(path: YamlPath, value: readonly string[]): readonly FieldProblem[] {
  const detail = `must not have more than ${maxNameservers} nameservers`;
  return [
    ...(value.length > maxNameservers ? [invalid(path, { value, detail })] : []),
    ...value.flatMap((ip, index) =>
      allInvalid([...path, index], { value: ip, details: ipAddress(ip) })
    ),
  ];
}

function searchProblems(path: YamlPath, value: readonly string[]): readonly FieldProblem[] {
  const tooLong =
    `must not have more than ${maxSearchChars} characters (including spaces) in the ` +
    "search list";
  const tooMany = `must not have more than ${maxSearches} search paths`;
  return [
    ...(value.length > maxSearches ? [invalid(path, { value, detail: tooMany })] : []),
    ...(value.join(" ").length > maxSearchChars ? [invalid(path, { value, detail: tooLong })] : []),
    ...value.flatMap((search, index) =>
      allInvalid([...path, index], { value: search, details: searchPath(search) })
    ),
  ];
}

function hostnameProblems(spec: PodSpec): readonly FieldProblem[] {
  const { hostname, subdomain } = spec;
  return [
    ...Object.entries({ hostname, subdomain }).flatMap(([field, value]) =>
      value ? allInvalid(["spec", field], { value, details: dnsLabel(value) }) : []
    ),
    ...overrideProblems(["spec", "hostnameOverride"], spec),
  ];
}

function overrideProblems(
  path: YamlPath,
  { hostnameOverride: value, setHostnameAsFQDN, hostNetwork }: PodSpec,
): readonly FieldProblem[] {
  if (value === undefined) return [];
  const rivals = Object.entries({ setHostnameAsFQDN, hostNetwork })
    .filter(([, isSet]) => isSet === true)
    .map(([field]) => forbidden(path, `may not be specified when ${field} is true`));
  const tooLong = { path, message: `Too long: may not be more than ${maxHostname} bytes` };
  return [
    ...rivals,
    ...(value.length > maxHostname ? [tooLong] : []),
    ...allInvalid(path, { value, details: dnsSubdomain(value) }),
  ];
}

function hostAliasProblems(
  aliases: NonNullable<PodSpec["hostAliases"]>,
): readonly FieldProblem[] {
  return aliases.flatMap(({ ip, hostnames = [] }, index) => {
    const at: YamlPath = ["spec", "hostAliases", index];
    return [
      ...allInvalid([...at, "ip"], { value: ip, details: ipAddress(ip) }),
      ...hostnames.flatMap((name, place) =>
        allInvalid([...at, "hostnames", place], { value: name, details: dnsSubdomain(name) })
      ),
    ];
  });
}
