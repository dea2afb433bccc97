/** Where a probe or a hook goes: a host, and a port by number or by the container's name for it. */
import type { Container } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";

export interface Target {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `host:port`, with the brackets that IPv6 needs. */
export function joinHostPort({ host, port }: Target): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The number behind a port of a probe. Fails in the kubelet's words. */
export function portNumber(
  port: number | string,
  { ports = [] }: Pick<Container, "ports">,
): Result<number> {
  const found = typeof port === "number"
    ? port
    : ports.find(({ name }) => name === port)?.containerPort;
  if (found === undefined) return failure(`port ${JSON.stringify(port)} not found`);
  return found > 0 && found < 65_536 ? success(found) : failure(`invalid port number: ${found}`);
}
