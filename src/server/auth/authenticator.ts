/** Who sends a request: by client certificate, by bearer token, or as anonymous where that is allowed. */
import type { Authenticator, ClientCertificate, Credentials } from "./auth.ts";
import type { TokenReviewer } from "./token_review.ts";
import { anonymous, type User } from "./user.ts";

export interface AuthenticatorDeps {
  /** Null: no token counts. */
  readonly tokens: TokenReviewer | null;
  readonly anonymousAllowed: boolean;
}

/** A certificate goes before a token. Who shows what does not count is nobody, and not anonymous. @see authenticatorfactory/delegating.go */
export function createAuthenticator(
  { tokens, anonymousAllowed }: AuthenticatorDeps,
): Authenticator {
  async function authenticate(credentials: Credentials, host = ""): Promise<User | null> {
    const { certificate, token } = credentials;
    if (certificate !== null && certificate.commonName !== "") {
      return authenticated(certificateUser(certificate));
    }
    if (token !== null && tokens !== null) {
      const user = await tokens.review(token, host);
      return user === null ? null : authenticated(user);
    }
    const hasShownNothing = credentials.hasBadCertificate !== true;
    return anonymousAllowed && hasShownNothing ? anonymous : null;
  }

  return { authenticate };
}

function certificateUser(
  { commonName, organizations, uid = "", fingerprint }: ClientCertificate,
): User {
  const extra = fingerprint === undefined
    ? {}
    : { "authentication.kubernetes.io/credential-id": [`X509SHA256=${fingerprint}`] };
  return { name: commonName, uid, groups: organizations, extra };
}

const authenticatedGroup = "system:authenticated";

/** Everybody whom somebody vouches for is in one more group. */
function authenticated(user: User): User {
  const { name, groups } = user;
  const isMarked = groups.includes(authenticatedGroup) ||
    groups.includes("system:unauthenticated");
  if (name === anonymous.name || isMarked) return user;
  return { ...user, groups: [...groups, authenticatedGroup] };
}
