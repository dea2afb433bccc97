/** What `skerry join` was asked for where the token is one of k3s. */
import { isFullToken, type K3sToken, parseK3sToken } from "../../../core/k3s/token.ts";
import { CliError } from "../../command.ts";
import { ExitCode } from "../../exit_codes.ts";
import { parseServer, valueOf } from "../request.ts";
import { SHORT_TOKEN_HINT } from "./short_token.ts";

export interface K3sFlags {
  readonly token: string;
  /** Trust the first server that answers, where the token has no hash. */
  readonly insecureFirstUse?: boolean;
}

export interface K3sRequest {
  /** Such as `https://10.0.0.1:6443`. */
  readonly server: string;
  readonly token: K3sToken;
}

/** A short form looks like one of kubeadm, or like nothing at all: it counts where the flag for it is given. */
export function isK3sRequest({ token, insecureFirstUse = false }: K3sFlags): boolean {
  return insecureFirstUse || isFullToken(token.trim());
}

/** Throws `CliError` with the first thing that is wrong. */
export function k3sRequest(serverText: string, flags: K3sFlags): K3sRequest {
  const server = valueOf("SERVER", parseServer(serverText));
  const token = valueOf("--token", parseK3sToken(flags.token));
  if (token.caHash === null && !flags.insecureFirstUse) {
    throw new CliError("--token: it does not say by which authority the server is known", {
      exitCode: ExitCode.usage,
      hint: SHORT_TOKEN_HINT,
    });
  }
  return { server, token };
}
