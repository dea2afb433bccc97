/** A pod's own addresses, in the order in which its status and its environment show them. */
import type { PodSpec } from "../k8s.ts";

/** The sandbox's addresses; on the host's network the node's. */
export function podIps(
  { spec, sandboxIps, nodeIps }: {
    readonly spec: Pick<PodSpec, "hostNetwork">;
    readonly sandboxIps: readonly string[];
    /** The first one decides which family comes first. */
    readonly nodeIps: readonly string[];
  },
): readonly string[] {
  if (spec.hostNetwork === true) return nodeIps;
  const [v4, v6] = [sandboxIps.filter((ip) => !isV6(ip)), sandboxIps.filter(isV6)];
  const [primary] = nodeIps;
  const families = primary !== undefined && isV6(primary) ? [v6, v4] : [v4, v6];
  return families.flatMap((family) => family.slice(0, 1));
}

function isV6(ip: string): boolean {
  return ip.includes(":");
}
