/** Tokens of k3s: what a machine shows a server that it wants to join. @see https://docs.k3s.io/cli/token */
import { type BootstrapToken, parseBootstrapToken, tokenText } from "../kube/bootstrap_token.ts";
import { failure, type Result, success } from "../result.ts";

export interface K3sToken {
  /** By which the server's authority is known, in lower case hex; null in a short form. @see caHash */
  readonly caHash: string | null;
  readonly credential: K3sCredential;
}

export type K3sCredential =
  | { readonly kind: "Password"; readonly password: string }
  | { readonly kind: "Bootstrap"; readonly token: BootstrapToken };

const PREFIX = "K10";

/** Whether a token is one of k3s in its full form. */
export function isFullToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/**
 * Reads `K10HASH::USER:PASSWORD`, `K10HASH::ID.SECRET`, and the short forms without the hash. As in k3s, the user counts for nothing: a node
 * is the user `node`, whose password the server's token holds too. The error never shows a secret.
 */
export function parseK3sToken(text: string): Result<K3sToken> {
  const token = text.trim();
  if (token === "") return failure("expected a token of k3s, found an empty text");
  return isFullToken(token) ? fullToken(token.slice(PREFIX.length)) : shortToken(token);
}

/** As text again, in the full form where there is a hash. */
export function k3sTokenText({ caHash, credential }: K3sToken): string {
  const secret = credential.kind === "Bootstrap"
    ? tokenText(credential.token)
    : caHash === null
    ? credential.password
    : `${NODE_USER}:${credential.password}`;
  return caHash === null ? secret : `${PREFIX}${caHash}::${secret}`;
}

/** As every agent of k3s calls itself. */
const NODE_USER = "node";

/** The `Authorization` header. */
export function authorizationOf({ credential }: K3sToken): string {
  if (credential.kind === "Bootstrap") return `Bearer ${tokenText(credential.token)}`;
  return `Basic ${new TextEncoder().encode(`${NODE_USER}:${credential.password}`).toBase64()}`;
}

function fullToken(text: string): Result<K3sToken> {
  const at = text.indexOf("::");
  if (at < 0) return failure(`expected "::" behind the hash of a token that begins with K10`);
  const caHash = text.slice(0, at).toLowerCase();
  if (!/^[\da-f]{64}$/.test(caHash)) {
    const found = caHash.length === 64 ? "others" : `${caHash.length} characters`;
    return failure(`expected 64 hexadecimal digits between "K10" and "::", found ${found}`);
  }
  const secret = text.slice(at + 2);
  const bootstrap = parseBootstrapToken(secret);
  if (bootstrap.ok) {
    return success({ caHash, credential: { kind: "Bootstrap", token: bootstrap.value } });
  }
  const colon = secret.indexOf(":");
  const password = secret.slice(colon + 1);
  if (colon < 0 || password === "") {
    return failure(`expected USER:PASSWORD or ID.SECRET behind "::"`);
  }
  return success({ caHash, credential: { kind: "Password", password } });
}

function shortToken(text: string): Result<K3sToken> {
  const bootstrap = parseBootstrapToken(text);
  const credential: K3sCredential = bootstrap.ok
    ? { kind: "Bootstrap", token: bootstrap.value }
    : { kind: "Password", password: text };
  return success({ caHash: null, credential });
}
