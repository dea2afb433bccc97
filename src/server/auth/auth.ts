/** What stands between a request and its answer: who sends it, and may they have it. */
import type { Attributes } from "./attributes.ts";
import type { User } from "./user.ts";

/** What the API server may be told of a certificate. */
export interface ClientCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly uid?: string;
  /** SHA-256 of the whole certificate in lower case hex. */
  readonly fingerprint?: string;
}

/** What a client shows of itself. */
export interface Credentials {
  /** Subject of a client certificate that is valid now and signed by an authority of the client CA file; null without one. */
  readonly certificate: ClientCertificate | null;
  /** A certificate was shown that does not count: who shows one is not let in as anonymous. */
  readonly hasBadCertificate?: boolean;
  /** Of the header `Authorization: Bearer …`; null without one. */
  readonly token: string | null;
}

export interface Authenticator {
  /** `host` is from where they come, without a port. Null for credentials that nobody vouches for. Throws the errors of `KubeApi` where the API server would have to be asked and cannot be. */
  authenticate(credentials: Credentials, host?: string): Promise<User | null>;
}

export type Verdict =
  | { readonly kind: "Allowed" }
  /** `reason` is for the log and the answer. */
  | { readonly kind: "Denied"; readonly reason: string };

export interface Authorizer {
  /** Throws the errors of `KubeApi` where the API server would have to be asked and cannot be. */
  authorize(attributes: Attributes): Promise<Verdict>;
}
