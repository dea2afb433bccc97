/** Connections to one API server that present one client certificate. */
import { pemBlocks } from "../../core/x509/pem.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Access } from "./access.ts";

/** A pool of connections. */
export interface Transport {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Ends what is still going on. */
  close(): void;
}

export type OpenTransport = (access: Access) => Transport;

/**
 * Deno's own client. HTTP/1.1 only: over a link that has died HTTP/2 hangs for good. Throws `Unavailable` for
 * certificates that are none: their files may be replaced at any time, or be half written just now.
 */
export function denoTransport({ cluster, certificate }: Access): Transport {
  const client = createClient({
    http2: false,
    ...(cluster.authorityPem !== undefined && { caCerts: authorities(cluster.authorityPem) }),
    ...(certificate && { cert: certificate.certPem, key: certificate.keyPem }),
    ...(cluster.proxyUrl !== undefined && { proxy: { url: cluster.proxyUrl } }),
  });
  return {
    fetch: (url, init) => fetch(url, { ...init, client }),
    close: () => client.close(),
  };
}

/** Deno itself takes a text without certificates, and then trusts the machine's authorities. */
function authorities(pem: string): string[] {
  if (pemBlocks(pem).some(({ label }) => label === "CERTIFICATE")) return [pem];
  throw new Unavailable("the kubeconfig's certificate-authority holds no certificate");
}

function createClient(
  options: Parameters<typeof Deno.createHttpClient>[0],
): ReturnType<typeof Deno.createHttpClient> {
  try {
    return Deno.createHttpClient(options);
  } catch (cause) {
    const message = `the certificates to reach the API server with cannot be used: ${
      messageOf(cause)
    }`;
    throw new Unavailable(message, { cause });
  }
}
