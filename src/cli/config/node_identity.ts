/** The node's name and addresses: what is configured, else the machine's name and no addresses. */
import { nameValue } from "../../core/pod/schema_problem.ts";
import { dnsSubdomain } from "../../core/pod/validate/names.ts";
import { type Finding, ip, items, type Rule } from "./rule.ts";
import type { SkerryFields } from "./skerry_schema.ts";
import type { Problem } from "./source.ts";

export interface NodeIdentity {
  readonly nodeName: string;
  readonly nodeIps: readonly string[];
  /** Empty where the machine's name can be used; else the other fields are not to be. */
  readonly problems: readonly Problem[];
}

export function nodeIdentity(
  { nodeName: configured = "", nodeIPs = [] }: SkerryFields,
  { hostname }: { readonly hostname: string },
): NodeIdentity {
  const overridden = configured.trim() !== "";
  const nodeName = (overridden ? configured : hostname).trim().toLowerCase();
  const isName = overridden || dnsSubdomain(nodeName).length === 0;
  return {
    nodeName,
    nodeIps: addresses(nodeIPs),
    problems: isName ? [] : [
      `--hostname-override: ${EXPECTED_NAME}, found the machine's ${nameValue(nodeName)}: ` +
      "give another one with this flag",
    ],
  };
}

/** The name becomes a part of the names of static pods. */
const EXPECTED_NAME = "expected lower case letters, digits, - and . as a node's name";

export const IDENTITY_RULES: readonly Rule<SkerryFields>[] = [name, families];

function name({ nodeName = "" }: SkerryFields): readonly Finding[] {
  const trimmed = nodeName.trim().toLowerCase();
  if (trimmed === "" || dnsSubdomain(trimmed).length === 0) return [];
  return [{ path: ["nodeName"], message: `${EXPECTED_NAME}, found ${nameValue(trimmed)}` }];
}

function families({ nodeIPs = [] }: SkerryFields): readonly Finding[] {
  const list = addresses(nodeIPs);
  const path = ["nodeIPs"];
  const wrong = items({ path, list, check: ip });
  if (wrong.length > 0) return wrong;
  const used = list.map((each) => each.includes(":") ? "IPv6" : "IPv4");
  if (list.length > 1 && list.some(isUnspecified)) {
    const message = `expected no 0.0.0.0 or :: among two addresses, found ${list.join(",")}`;
    return [{ path, message }];
  }
  if (new Set(used).size === used.length) return [];
  const message = `expected at most one IPv4 and one IPv6 address, found ${list.join(",")}`;
  return [{ path, message }];
}

/** Alone it says which family goes first. */
function isUnspecified(address: string): boolean {
  return /^[0:.]+$/.test(address);
}

function addresses(list: readonly string[]): readonly string[] {
  return list.map((each) => each.trim()).filter((each) => each !== "");
}
