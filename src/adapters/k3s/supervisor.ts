/** A k3s server's supervisor over HTTPS. @see https://github.com/k3s-io/k3s/blob/main/pkg/server/handlers/router.go */
import { parseApiServers, parseClusterConfig } from "../../core/k3s/cluster_config.ts";
import type { Result } from "../../core/result.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { pemBlocks, pemText } from "../../core/x509/pem.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, Forbidden, NotFound, Unauthorized, Unavailable } from "../../ports/errors.ts";
import type { Supervisor } from "../../ports/supervisor.ts";
import type { AccessSource } from "../kube/access.ts";
import { denoTransport, type OpenTransport } from "../kube/transport.ts";
import { createTransportPool } from "../kube/transport_pool.ts";
import { sendToSupervisor, type SupervisorRequest } from "./send.ts";

export interface SupervisorConnection extends Supervisor, Disposable {}

export interface SupervisorOptions {
  /** Its authority is the one that the token pinned; `server` is the supervisor's. */
  readonly access: AccessSource;
  readonly clock: Clock;
  readonly userAgent: string;
  /** Deno's own unless given. */
  readonly openTransport?: OpenTransport;
}

/** Connects with the first request. */
export function connectSupervisor(options: SupervisorOptions): SupervisorConnection {
  const transports = createTransportPool(options.openTransport ?? denoTransport);

  async function ask(request: SupervisorRequest): Promise<string> {
    try {
      return await sendToSupervisor(request, { ...options, transports });
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      const message =
        `the server has no ${request.path}: it is no k3s server, or one that is too old`;
      throw new NotFound(message, { cause: error });
    }
  }

  return {
    prove: async () => void await ask({ path: "/cacerts" }),
    config: async () => whole(parseClusterConfig(await ask({ path: "/v1-k3s/config" }))),
    apiServers: async () => whole(parseApiServers(await ask({ path: "/v1-k3s/apiservers" }))),
    clientCa: async () => certificatesIn(await ask({ path: "/v1-k3s/client-ca.crt" })),
    version: async () => {
      try {
        return versionIn(await ask({ path: "/version" }));
      } catch (error) {
        if (error instanceof Unauthorized || error instanceof Forbidden) return null;
        throw error;
      }
    },
    async sign(purpose, { request, node }) {
      const path = `/v1-k3s/${purpose}-kubelet.crt`;
      const headers = {
        "content-type": "application/octet-stream",
        "k3s-Node-Name": node.name,
        "k3s-Node-Password": node.password,
        ...(node.ips.length > 0 && { "k3s-Node-IP": node.ips.join(",") }),
      };
      const answer = await ask({ path, headers, body: request });
      refuseKey(answer);
      return certificatesIn(answer);
    },
    [Symbol.dispose]: () => transports.close(),
  };
}

/** Half an answer may be whole the next time. */
function whole<T>(read: Result<T>): T {
  if (read.ok) return read.value;
  throw new Unavailable(read.error);
}

function versionIn(answer: string): string | null {
  try {
    const value: unknown = JSON.parse(answer);
    const version = isPlainMap(value) ? value["gitVersion"] : undefined;
    return typeof version === "string" ? version : null;
  } catch {
    return null;
  }
}

/** A server that does not read requests gives the key that all nodes share: whoever has it can be any of them. */
function refuseKey(answer: string): void {
  if (!pemBlocks(answer).some(({ label }) => label.endsWith("PRIVATE KEY"))) return;
  throw new Failed(
    "the server is too old: it signs no certificate for a key of the node's own, and gives the one that all nodes share",
  );
}

/** The certificates alone. A text that ends within one is half an answer. */
function certificatesIn(answer: string): string {
  const blocks = pemBlocks(answer).filter(({ label }) => label === "CERTIFICATE");
  const begun = answer.split("-----BEGIN ").length - 1;
  if (blocks.length === 0 || begun !== blocks.length) {
    throw new Unavailable("the server's answer is not a whole certificate");
  }
  return blocks.map(pemText).join("");
}
