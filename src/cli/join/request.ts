/** What `skerry join` was asked for, read from its command line. */
import { type BootstrapToken, parseBootstrapToken } from "../../core/kube/bootstrap_token.ts";
import { type CaPin, parseCaPin } from "../../core/kube/ca_pin.ts";
import { failure, type Result, success } from "../../core/result.ts";
import { CliError } from "../command.ts";
import { ExitCode } from "../exit_codes.ts";
import { SHORT_TOKEN_HINT } from "./k3s/short_token.ts";

/** As commander hands it over. */
export interface JoinFlags {
  readonly token?: string;
  readonly caCertHash?: readonly string[];
  readonly discoveryUnsafeSkipCaVerification?: boolean;
}

export interface JoinRequest {
  /** Such as `https://10.0.0.1:6443`. */
  readonly server: string;
  readonly token: BootstrapToken;
  /** Empty: whoever knows the token is trusted. */
  readonly pins: readonly CaPin[];
}

/** Throws `CliError` with the first thing that is wrong. */
export function joinRequest(serverText: string, flags: JoinFlags): JoinRequest {
  const { token = "", caCertHash = [], discoveryUnsafeSkipCaVerification: skip = false } = flags;
  const server = valueOf("SERVER", parseServer(serverText));
  const bootstrapToken = bootstrapTokenOf(token);
  const pins = caCertHash.map((text) => valueOf("--ca-cert-hash", parseCaPin(text)));
  if (pins.length === 0 && !skip) {
    throw new CliError("--ca-cert-hash is needed to know the cluster by", {
      exitCode: ExitCode.usage,
      hint: "`kubeadm token create --print-join-command` prints it; " +
        "--discovery-unsafe-skip-ca-verification trusts whoever knows the token",
    });
  }
  return { server, token: bootstrapToken, pins: skip ? [] : pins };
}

/** Who has copied only a part of a k3s token is told what is missing. */
function bootstrapTokenOf(text: string): BootstrapToken {
  const parsed = parseBootstrapToken(text);
  if (parsed.ok) return parsed.value;
  throw new CliError(`--token: ${parsed.error}`, {
    exitCode: ExitCode.usage,
    hint: SHORT_TOKEN_HINT,
  });
}

/** Throws `CliError` for what is wrong with the argument of this name. */
export function valueOf<T>(name: string, read: Result<T>): T {
  if (read.ok) return read.value;
  throw new CliError(`${name}: ${read.error}`, { exitCode: ExitCode.usage });
}

const DEFAULT_PORT = "6443";

/** `HOST`, `HOST:PORT` or `https://HOST:PORT`. */
export function parseServer(text: string): Result<string> {
  const wrong = failure(`expected HOST:PORT, found ${JSON.stringify(text)}`);
  if (/^https?:\/\//.test(text) && !text.startsWith("https://")) return wrong;
  const host = text.replace(/^https:\/\//, "").replace(/\/$/, "");
  const isBareV6 = host.split(":").length > 2 && !host.includes("[");
  const hasPort = !isBareV6 && /:\d+$/.test(host);
  const url = URL.parse(
    `https://${isBareV6 ? `[${host}]` : host}${hasPort ? "" : `:${DEFAULT_PORT}`}`,
  );
  const isPlain = url !== null && url.hostname !== "" && url.username === "" &&
    url.pathname === "/" && url.search === "" && url.hash === "";
  // A URL leaves out the port that is usual for https.
  return isPlain ? success(`https://${url.hostname}:${url.port || "443"}`) : wrong;
}
