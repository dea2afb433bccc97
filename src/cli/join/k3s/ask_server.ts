/** What a k3s server that is trusted says to a machine that shows its token. */
import type { K3sClusterConfig } from "../../../core/k3s/cluster_config.ts";
import { authorizationOf, type K3sToken } from "../../../core/k3s/token.ts";
import { Forbidden, messageOf, PortError, Unauthorized } from "../../../ports/errors.ts";
import type { Supervisor } from "../../../ports/supervisor.ts";
import { CliError } from "../../command.ts";
import type { Tree } from "../../config/tree.ts";
import { patiently } from "./patience.ts";
import type { TrustedServer, TrustPorts } from "./trust.ts";

export interface ServerAnswers {
  readonly config: K3sClusterConfig;
  readonly apiServers: readonly string[];
  /** Who signs the clients of the node's API, in PEM. */
  readonly clientCa: string;
}

/** Connects with the token. */
export function byToken(
  { server, authorityPem }: TrustedServer,
  { token, ports }: { readonly token: K3sToken; readonly ports: Pick<TrustPorts, "supervisor"> },
): Supervisor & Disposable {
  const authorization = authorizationOf(token);
  return ports.supervisor({ cluster: { server, authorityPem }, authorization });
}

/** Throws `CliError`, and the signal's reason. */
export async function askServer(
  supervisor: Supervisor,
  ports: TrustPorts,
  signal: AbortSignal,
): Promise<ServerAnswers> {
  const asked = <T>(call: () => Promise<T>): Promise<T> =>
    explained(() => patiently(call, ports, signal));
  // One after another, as an agent of k3s does: the server counts requests that are under way.
  const config = await asked(supervisor.config);
  const apiServers = await asked(supervisor.apiServers);
  const clientCa = await asked(supervisor.clientCa);
  return { config, apiServers, clientCa };
}

async function explained<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Unauthorized) {
      throw new CliError("the server does not accept the token", {
        hint:
          "it was changed or has expired, or it is the server's own where nodes have another: " +
          "/var/lib/rancher/k3s/server/node-token has the one for nodes",
      });
    }
    if (error instanceof Forbidden) {
      throw new CliError("the server lets no node join by this token");
    }
    if (error instanceof PortError) throw new CliError(messageOf(error));
    throw error;
  }
}

/** What the node is configured with where nobody has said otherwise. A server signs serving certificates at once. */
export function clusterFieldsOf({ clusterDns, clusterDomain }: K3sClusterConfig): Tree {
  return {
    ...(clusterDns.length > 0 && { clusterDNS: clusterDns }),
    ...(clusterDomain !== "" && { clusterDomain }),
    serverTLSBootstrap: true,
  };
}
