/** The ports of the node that a pod takes, and when two of them clash. */
import { isSidecar, type PodSpec } from "../k8s.ts";

export interface HostPort {
  /** TCP, UDP or SCTP. */
  readonly protocol: string;
  /** `0.0.0.0` for all addresses. */
  readonly hostIp: string;
  readonly port: number;
}

const everyAddress = "0.0.0.0";

/** The host ports of the containers that run side by side: main ones and sidecars. */
export function hostPorts(
  { containers, initContainers = [] }: Pick<PodSpec, "containers" | "initContainers">,
): readonly HostPort[] {
  return [...initContainers.filter(isSidecar), ...containers]
    .flatMap(({ ports = [] }) => ports)
    .flatMap(({ hostPort = 0, hostIP, protocol = "TCP" }) =>
      hostPort > 0 ? [{ protocol, hostIp: hostIP || everyAddress, port: hostPort }] : []
    );
}

/** The same port and protocol on the same address, or on every address. */
export function clash(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.hostIp === b.hostIp || [a.hostIp, b.hostIp].includes(everyAddress);
}
