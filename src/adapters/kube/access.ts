/** Where the API server is, and with what the agent proves to it who it is. */

export interface Cluster {
  /** Such as `https://10.0.0.1:6443`, without a slash at the end. */
  readonly server: string;
  /** Certificates of the authorities that sign the server's, in PEM; the machine's own authorities where it is left out. */
  readonly authorityPem?: string;
  /** Such as `http://proxy:3128`; also `https` and `socks5`. */
  readonly proxyUrl?: string;
}

/** A client certificate (followed by those who signed it) and its key, in PEM. */
export interface ClientCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Without certificate and header, requests are anonymous. */
export interface Access {
  readonly cluster: Cluster;
  readonly certificate?: ClientCertificate;
  /** The `Authorization` header, such as `Bearer TOKEN`. */
  readonly authorization?: string;
}

/** Asked before each request, so it answers from memory most of the time. */
export interface AccessSource {
  /**
   * What to use now; the same object as before as long as nothing changed. `refused` is one that the server did not accept:
   * it is read or made anew. Throws `Unavailable` or `Invalid` where there is none to be had.
   */
  current(refused?: Access): Promise<Access>;
}

/** One that never changes. */
export function fixedAccess(access: Access): AccessSource {
  return { current: () => Promise.resolve(access) };
}
