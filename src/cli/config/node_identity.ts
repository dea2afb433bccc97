/** The node's name and addresses, which only flags can say: files are made to be shared between nodes. */
import { nameValue } from "../../core/pod/schema_problem.ts";
import { dnsSubdomain } from "../../core/pod/validate/names.ts";
import type { RunFlags } from "./flags.ts";
import { ip } from "./rule.ts";
import type { Problem } from "./source.ts";

export interface NodeIdentity {
  readonly nodeName: string;
  readonly nodeIps: readonly string[];
  /** Empty where the flags are right; else the other fields are not to be used. */
  readonly problems: readonly Problem[];
}

/** What the flags say, else the machine's name and no addresses. */
export function nodeIdentity(
  flags: RunFlags,
  { hostname }: { readonly hostname: string },
): NodeIdentity {
  const override = String(flags.hostnameOverride ?? "").trim();
  const nodeName = (override === "" ? hostname.trim() : override).toLowerCase();
  const nodeIps = addresses(String(flags.nodeIp ?? ""));
  return {
    nodeName,
    nodeIps,
    problems: [...nameProblems({ nodeName, overridden: override !== "" }), ...ipProblems(nodeIps)],
  };
}

/** The name becomes a part of the names of static pods. */
function nameProblems(
  { nodeName, overridden }: { readonly nodeName: string; readonly overridden: boolean },
): readonly Problem[] {
  if (dnsSubdomain(nodeName).length === 0) return [];
  const expected = "expected lower case letters, digits, - and . as a node's name";
  return [
    overridden
      ? `--hostname-override: ${expected}, found ${nameValue(nodeName)}`
      : `--hostname-override: ${expected}, found the machine's ${nameValue(nodeName)}: ` +
        "give another one with this flag",
  ];
}

function addresses(flag: string): readonly string[] {
  return flag === "" ? [] : flag.split(",").map((part) => part.trim());
}

function ipProblems(nodeIps: readonly string[]): readonly Problem[] {
  const wrong = nodeIps.find((each) => ip(each) !== undefined);
  if (wrong !== undefined) {
    return [`--node-ip: expected an IP address, found ${nameValue(wrong)}`];
  }
  const families = nodeIps.map((each) => each.includes(":") ? "IPv6" : "IPv4");
  if (new Set(families).size === families.length) return [];
  return [`--node-ip: expected at most one IPv4 and one IPv6 address, found ${nodeIps.join(",")}`];
}
