/**
 * The kubelet's checks of node allocatable: what is enforced, and what is reserved.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/
 */
import { parseQuantity } from "../../core/quantity.ts";
import type { KubeletSettings } from "./kubelet_defaults.ts";
import { type Finding, items, oneOf, type Rule } from "./rule.ts";

export const enforcementRules: readonly Rule<KubeletSettings>[] = [
  possible,
  together,
  needQosCgroups,
  needReservedCgroups,
  reserved("systemReserved"),
  reserved("kubeReserved"),
];

const path = ["enforceNodeAllocatable"];
const system = ["system-reserved", "system-reserved-compressible"];
const kube = ["kube-reserved", "kube-reserved-compressible"];

function possible({ enforceNodeAllocatable: list }: KubeletSettings): readonly Finding[] {
  return items({ path, list, check: oneOf("pods", ...system, ...kube, "none") });
}

function together({ enforceNodeAllocatable: list }: KubeletSettings): readonly Finding[] {
  const findings: Finding[] = [];
  if (list.includes("none") && list.length > 1) {
    findings.push({ path, message: `expected nothing beside "none", found ${list.join(", ")}` });
  }
  for (const pair of [system, kube]) {
    if (!pair.every((name) => list.includes(name))) continue;
    findings.push({ path, message: `expected one of ${pair.join(" and ")}, found both` });
  }
  const twice = list.find((name, index) => list.indexOf(name) !== index);
  if (twice !== undefined) {
    findings.push({ path, message: `expected each value once, found "${twice}" twice` });
  }
  return findings;
}

function needQosCgroups(settings: KubeletSettings): readonly Finding[] {
  const enforced = settings.enforceNodeAllocatable.filter((name) => name !== "none");
  if (settings.cgroupsPerQOS || enforced.length === 0) return [];
  return [{
    path: ["cgroupsPerQOS"],
    message: `expected true while enforceNodeAllocatable has "${enforced.join('", "')}" ` +
      `("enforceNodeAllocatable: []" turns that off), found false`,
  }];
}

function needReservedCgroups(settings: KubeletSettings): readonly Finding[] {
  const lacks = (
    field: "systemReservedCgroup" | "kubeReservedCgroup",
    names: readonly string[],
  ): readonly Finding[] => {
    const name = settings.enforceNodeAllocatable.find((each) => names.includes(each));
    if (name === undefined || (settings[field] ?? "") !== "") return [];
    return [{ path, message: `expected ${field} to be set for "${name}", found it empty` }];
  };
  return [...lacks("systemReservedCgroup", system), ...lacks("kubeReservedCgroup", kube)];
}

const reservable = oneOf("cpu", "memory", "ephemeral-storage", "pid");

function reserved(name: "systemReserved" | "kubeReserved"): Rule<KubeletSettings> {
  return (settings) =>
    Object.entries(settings[name] ?? {}).flatMap(([resource, amount]) => {
      const at = [name, resource];
      const resources = reservable(resource);
      if (resources !== undefined) {
        return [{ path: at, message: `expected ${resources} as a resource` }];
      }
      const parsed = parseQuantity(amount);
      if (parsed.ok && parsed.value.nanos >= 0n) return [];
      return [{
        path: at,
        message: `expected a quantity of 0 or more, found ${JSON.stringify(amount)}`,
      }];
    });
}
