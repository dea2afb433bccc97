/** With what the agent proves to the API server who it is. */

/** A client certificate and its key, in PEM. */
export interface ClientCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Without either, requests are anonymous. */
export interface Credential {
  readonly certificate?: ClientCertificate;
  /** The `Authorization` header, such as `Bearer TOKEN`. */
  readonly authorization?: string;
}

/** Where credentials come from; asked before each request, so it answers from memory most of the time. */
export interface CredentialSource {
  /**
   * The one to use now; the same object as before as long as it is the same credential. `refused` is one that the server did
   * not accept: it is read or made anew. Throws `Unavailable` or `Invalid` where there is none to be had.
   */
  current(refused?: Credential): Promise<Credential>;
}

/** A credential that never changes. */
export function fixedCredential(credential: Credential): CredentialSource {
  return { current: () => Promise.resolve(credential) };
}
