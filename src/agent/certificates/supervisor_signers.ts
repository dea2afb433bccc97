/** A k3s server as the signer of the node's certificates: it signs at once, for whoever knows the node's password. */
import { servingPurpose } from "../../core/kube/certificate_request.ts";
import { ipBytes } from "../../core/x509/ip_bytes.ts";
import { certificateRequest } from "../../core/x509/certificate_request.ts";
import type { CertificateSigner } from "../../ports/certificate_signer.ts";
import { Forbidden } from "../../ports/errors.ts";
import type { Supervisor } from "../../ports/supervisor.ts";
import type { NodeSigners } from "./node_signers.ts";
import type { Requester } from "./obtain_certificate.ts";

interface Node {
  readonly nodeName: string;
  /** Throws Failed where it has gone. */
  readonly password: () => Promise<string>;
}

export interface SupervisorSignersOptions extends Node {
  /** Asked with the node's certificate. */
  readonly own: Pick<Supervisor, "sign">;
  /** Asked with the token. */
  readonly byToken: Pick<Supervisor, "sign">;
  /** Whether the token is there. */
  readonly hasToken: () => Promise<boolean>;
}

const tokenPath = "/var/lib/rancher/k3s/server/node-token";

/** As of k3s itself: the node's certificate is shown first, and the token where that is not accepted, as after the Node was deleted. */
export function supervisorSigners(options: SupervisorSignersOptions): NodeSigners {
  const { nodeName, hasToken } = options;
  const own = {
    credential: "the node's certificate",
    signer: supervisorSigner(options.own, options),
    remedy: "let the node join again (skerry join)",
  };
  const token = {
    credential: "the token",
    signer: supervisorSigner(options.byToken, options),
    remedy: `the server's token has changed: let the node join again with that of ${tokenPath}`,
  };
  async function serving(): Promise<readonly Requester[]> {
    return await hasToken() ? [own, token] : [own];
  }
  return {
    own,
    fallback: { ...token, isThere: hasToken },
    rejoinWith: `the token in the server's ${tokenPath}`,
    serving,
    servingTemplate: ({ dnsNames, ips }) => ({
      subject: { commonName: nodeName },
      dnsNames: [...new Set([...dnsNames.filter((name) => name === nodeName), "localhost"])],
      ips: [...new Set([...ips, loopback])],
    }),
  };
}

/** In each serving certificate, whoever asks: it is where the server comes to the node's API through its tunnel. */
const loopback = "127.0.0.1";

/** What the server is asked to sign is told by the purpose; of the request itself it reads the key alone. */
export function supervisorSigner(
  supervisor: Pick<Supervisor, "sign">,
  { nodeName, password }: Node,
): CertificateSigner {
  return {
    async sign({ template, purpose, key }, _progress, signal) {
      const request = certificateRequest(template, key);
      const ips = template.ips.filter((ip) => ip !== loopback && ipBytes(ip) !== null);
      const node = { name: nodeName, password: await password(), ips };
      signal.throwIfAborted();
      const isServing = purpose === servingPurpose;
      const certificate = await named(
        supervisor.sign(isServing ? "serving" : "client", { request, node }),
        nodeName,
      );
      return { kind: "Issued", certificate };
    },
  };
}

async function named(call: Promise<string>, nodeName: string): Promise<string> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
    throw new Forbidden(nameTaken(nodeName), { cause: error });
  }
}

/** What a refusal of a certificate means where the credential itself was accepted. */
export function nameTaken(nodeName: string): string {
  return `the cluster knows ${nodeName} by another node password: another machine has this name, or this one ` +
    "has lost its password";
}
