/** What a server may reach through the tunnel: the node's own kubelet port on loopback, and nothing else. */
import { failure, type Result, success } from "../result.ts";

/** An address to connect to. */
export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

/** As servers write them: literal addresses, so that no name service has a say. */
const loopbackHosts = new Map([["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]]);

/** Where to connect to; the error is for the server and for the security log. */
export function dialTarget(
  { protocol, address, kubeletPort }: {
    readonly protocol: string;
    readonly address: string;
    readonly kubeletPort: number;
  },
): Result<DialTarget> {
  const colon = address.lastIndexOf(":");
  const host = loopbackHosts.get(address.slice(0, colon));
  const isOwn = protocol === "tcp" && host !== undefined &&
    address.slice(colon + 1) === String(kubeletPort);
  if (isOwn) return success({ host, port: kubeletPort });
  return failure("connect not allowed: only this node's kubelet port on loopback may be dialled");
}
