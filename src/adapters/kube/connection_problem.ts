/** Why a request did not reach the API server, in words that help. */
import { rfc3339, second } from "../../core/instant.ts";
import { messageOf, type PortError, Unauthorized, Unavailable } from "../../ports/errors.ts";
import { TimedOut } from "./time_limit.ts";

/** TLS alerts by which the other side refuses our certificate. */
const refusedCertificate =
  /received fatal alert: (AccessDenied|BadCertificate|Certificate\w+|UnknownCA|UnsupportedCertificate)/i;

/** What the TLS library says, and what it means. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /UnknownIssuer|UnknownCA|CaUsedAsEndEntity|BadSignature/,
    "its certificate is not signed by the authority AUTHORITY",
  ],
  [/certificate.*\bexpired/i, "its certificate has expired, or this machine's clock is wrong"],
  [
    /NotValidYet|not valid yet/,
    "its certificate is not valid yet, or this machine's clock is wrong",
  ],
  [
    /NotValidForName|not valid for name/,
    "its certificate is for another name than that in the kubeconfig's server",
  ],
  [/dns error|failed to lookup/, "its name cannot be resolved"],
];

/** `error` is what fetch threw, or `TimedOut`; `authority` says which one the server is known by. */
export function connectionProblem(
  error: unknown,
  server: string,
  { authority = "that the kubeconfig names (certificate-authority)" }: {
    readonly authority?: string;
  } = {},
): PortError {
  if (error instanceof TimedOut) {
    return new TimedOut(`cannot reach ${server}: ${error.message}`, { cause: error });
  }
  const message = innermost(error);
  if (refusedCertificate.test(message)) {
    return new Unauthorized(`${server} refuses our certificate: ${message}`, { cause: error });
  }
  const meaning = meanings.find(([pattern]) => pattern.test(message))?.[1]
    .replace("AUTHORITY", authority);
  const why = meaning === undefined ? message : `${meaning} (${timesIn(message) ?? message})`;
  return new Unavailable(`cannot reach ${server}: ${why}`, { cause: error });
}

/** The two times that do not go together, as the TLS library has them: in seconds. */
const timesPattern =
  /verification time (\d+) \(UNIX\), but certificate is not valid (before|after) (\d+)/;

function timesIn(message: string): string | null {
  const [, clock, side = "", limit] = timesPattern.exec(message) ?? [];
  if (clock === undefined || limit === undefined) return null;
  const text = (seconds: string): string => rfc3339(Number(seconds) * second);
  return `the clock shows ${text(clock)}, and it is not valid ${side} ${text(limit)}`;
}

/** fetch itself says no more than that it failed. */
function innermost(error: unknown): string {
  if (error instanceof Error && error.cause !== undefined) return innermost(error.cause);
  return messageOf(error).replace(/^error sending request(?: from \S+)? for url \([^)]*\): ?/, "");
}
