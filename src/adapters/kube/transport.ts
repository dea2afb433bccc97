/** Connections to the API server that present one client certificate and trust one authority. */
import type { ClientCertificate } from "./credential.ts";

/** Where the API server is and how it is known. */
export interface Cluster {
  /** Such as `https://10.0.0.1:6443`, without a slash at the end. */
  readonly server: string;
  /** Certificates that sign the server's, in PEM; the system's own authorities where it is left out. */
  readonly caPem?: string;
  /** Such as `http://proxy:3128`; also `https` and `socks5`. */
  readonly proxyUrl?: string;
}

/** A pool of connections. */
export interface Transport {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Ends what is still going on. */
  close(): void;
}

export interface TransportIdentity {
  readonly cluster: Cluster;
  readonly certificate: ClientCertificate | undefined;
}

export type OpenTransport = (identity: TransportIdentity) => Transport;

/** Deno's own client. HTTP/1.1 only: over a link that has died HTTP/2 hangs for good. Throws for a certificate that is none. */
export function denoTransport({ cluster, certificate }: TransportIdentity): Transport {
  const { caPem, proxyUrl } = cluster;
  const client = Deno.createHttpClient({
    http2: false,
    ...(caPem !== undefined && { caCerts: [caPem] }),
    ...(certificate !== undefined && { cert: certificate.certPem, key: certificate.keyPem }),
    ...(proxyUrl !== undefined && { proxy: { url: proxyUrl } }),
  });
  return {
    fetch: (url, init) => fetch(url, { ...init, client }),
    close: () => client.close(),
  };
}
