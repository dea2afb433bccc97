/**
 * When a service account token was issued and when it ends in truth: Kubernetes lets the tokens of default mounts live for a year,
 * whatever the answer to the request says.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
import { type Instant, second } from "../instant.ts";
import { isPlainMap } from "../plain_map.ts";

export interface TokenTimes {
  /** The claim `iat`; null where there is none. */
  readonly issuedAt: Instant | null;
  /** The claim `exp`. */
  readonly expiresAt: Instant;
}

/** Null for what is no JWT that ends some time. The signature is the API server's business. */
export function tokenTimes(text: string): TokenTimes | null {
  const [, payload, signature, ...rest] = text.split(".");
  if (payload === undefined || signature === undefined || rest.length > 0) return null;
  const claims = decoded(payload);
  if (!isPlainMap(claims)) return null;
  const expiresAt = instantOf(claims["exp"]);
  return expiresAt === null ? null : { issuedAt: instantOf(claims["iat"]), expiresAt };
}

function decoded(part: string): unknown {
  try {
    const bytes = Uint8Array.fromBase64(part, { alphabet: "base64url" });
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

/** NumericDate: seconds since 1970, perhaps with a fraction. @see https://www.rfc-editor.org/rfc/rfc7519#section-2 */
function instantOf(claim: unknown): Instant | null {
  return typeof claim === "number" && Math.abs(claim) <= latestSeconds ? claim * second : null;
}

/** No date is later than that. */
const latestSeconds = 8.64e12;
