/** Bootstrap tokens: what a machine shows a cluster that it wants to join. @see https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
import { failure, type Result, success } from "../result.ts";

export interface BootstrapToken {
  /** Public: it names the token. */
  readonly id: string;
  readonly secret: string;
}

/** Reads `ID.SECRET`. The error never shows the secret. */
export function parseBootstrapToken(text: string): Result<BootstrapToken> {
  const [, id, secret] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(text) ?? [];
  if (id !== undefined && secret !== undefined) return success({ id, secret });
  return failure(
    "expected six lower case letters or digits, a dot and sixteen more " +
      `(such as abcdef.0123456789abcdef), found ${whatIsWrong(text)}`,
  );
}

function whatIsWrong(text: string): string {
  const [id = "", secret, ...more] = text.split(".");
  if (text.startsWith("K10")) return "a token of k3s";
  if (secret === undefined) return `${text.length} characters without a dot`;
  if (more.length > 0) return `${more.length + 1} dots`;
  if (id.length !== 6) return `${id.length} characters before the dot`;
  if (secret.length !== 16) return `${secret.length} characters after the dot`;
  return "other characters";
}

/** As the bearer token of a request, and as kubeadm prints it. */
export function tokenText({ id, secret }: BootstrapToken): string {
  return `${id}.${secret}`;
}
