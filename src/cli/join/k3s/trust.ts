/** Finds out whether a k3s server is the one that the token is for. No credential leaves before that. */
import type { UnverifiedCa } from "../../../adapters/k3s/unverified_ca.ts";
import { servedAuthority } from "../../../core/k3s/ca_hash.ts";
import type { Access } from "../../../adapters/kube/access.ts";
import { messageOf, PortError, Unavailable } from "../../../ports/errors.ts";
import type { Supervisor } from "../../../ports/supervisor.ts";
import { CliError } from "../../command.ts";
import { skewText } from "../clock_skew.ts";
import { type PatiencePorts, patiently } from "./patience.ts";
import type { K3sRequest } from "./request.ts";

export interface TrustPorts extends PatiencePorts {
  /** Asks without any trust. */
  readonly unverifiedCa: (server: string, signal: AbortSignal) => Promise<UnverifiedCa>;
  /** Asks a server that is known by its authority. */
  readonly supervisor: (access: Access) => Supervisor & Disposable;
}

export interface TrustedServer {
  readonly server: string;
  /** In PEM: as much of what was served as the hash vouches for. */
  readonly authorityPem: string;
  /** The hash by which it is known, from the token or from now on. */
  readonly caHash: string;
}

/** Throws `CliError` that says what is wrong and what to do, and the signal's reason. */
export async function trustServer(
  { server, token }: K3sRequest,
  ports: TrustPorts,
  signal: AbortSignal,
): Promise<TrustedServer> {
  const { pem, serverTime } = await servedCa(server, ports, signal);
  const skew = skewText({ own: ports.clock.now(), server: serverTime });
  if (skew !== null) await ports.say(skew);
  const served = servedAuthority(pem);
  if (!served.ok) throw new CliError(`${server}/cacerts: ${served.error}`, { hint: notK3s });
  const { hash, vouched } = served.value;
  if (token.caHash !== null && token.caHash !== hash) {
    throw new CliError(
      `the server's certificate authority is another one than the token is for: its hash is ${hash}, ` +
        `the token's ${token.caHash}; no credential was sent`,
      { hint: "take the token from the server anew; if it is the same, do not trust this server" },
    );
  }
  const trusted = { server, authorityPem: vouched, caHash: hash };
  await prove(trusted, { ports, skew });
  return trusted;
}

async function servedCa(
  server: string,
  ports: TrustPorts,
  signal: AbortSignal,
): Promise<UnverifiedCa> {
  try {
    return await patiently(() => ports.unverifiedCa(server, signal), ports, signal);
  } catch (error) {
    if (error instanceof Unavailable) throw new CliError(messageOf(error));
    if (!(error instanceof PortError)) throw error;
    // Kubernetes' own server does not let strangers ask for what it does not have.
    const text = `${server} is no k3s server: it tells nobody its /cacerts (${messageOf(error)})`;
    throw new CliError(text, { hint: notK3s });
  }
}

const notK3s = "the token is one of k3s; a cluster made with kubeadm prints one of its own: " +
  "kubeadm token create --print-join-command";

/** The server must have a certificate of the authority that it told of. */
async function prove(
  { server, authorityPem }: TrustedServer,
  { ports, skew }: { readonly ports: TrustPorts; readonly skew: string | null },
): Promise<void> {
  using supervisor = ports.supervisor({ cluster: { server, authorityPem } });
  try {
    await supervisor.prove();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    throw new CliError(`the server does not prove to be of this cluster: ${messageOf(error)}`, {
      ...(skew !== null && { hint: skew }),
    });
  }
}
