/** What stands between a request and its answer: who sends it, and may they have it. */
import type { Attributes } from "./attributes.ts";
import type { User } from "./user.ts";

/** What a client shows of itself. */
export interface Credentials {
  /** Subject of a client certificate that is valid now and signed by an authority of the client CA file; null without one. */
  readonly certificate:
    | { readonly commonName: string; readonly organizations: readonly string[] }
    | null;
  /** Of the header `Authorization: Bearer …`; null without one. */
  readonly token: string | null;
}

export interface Authenticator {
  /** Null for credentials that nobody vouches for. Throws Unavailable where the API server would have to be asked and cannot be. */
  authenticate(credentials: Credentials): Promise<User | null>;
}

export type Verdict =
  | { readonly kind: "Allowed" }
  /** `reason` is for the log and the answer. */
  | { readonly kind: "Denied"; readonly reason: string };

export interface Authorizer {
  /** Throws Unavailable where the API server would have to be asked and cannot be. */
  authorize(attributes: Attributes): Promise<Verdict>;
}
