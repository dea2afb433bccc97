/** What a broker or the network says, in words that help. */
import type { ConnectionCause, ConnectionLoss } from "../../core/broker/connection_problem.ts";
import { Failed, Forbidden, Invalid, messageOf, type PortError } from "../../ports/errors.ts";

interface Meaning {
  readonly pattern: RegExp;
  readonly cause: ConnectionCause;
  /** Left out where the message says as much. */
  readonly words?: string;
}

const meanings: readonly Meaning[] = [
  {
    pattern:
      /received fatal alert: (AccessDenied|BadCertificate|Certificate\w+|UnknownCA|UnsupportedCertificate|HandshakeFailure)/i,
    cause: "CertificateRefused",
    words: "it refuses our certificate (relay.certFile)",
  },
  {
    pattern: /UnknownIssuer/,
    cause: "UnknownAuthority",
    words: "its certificate is not signed by an authority of relay.caFile",
  },
  {
    pattern: /certificate.*\bexpired/i,
    cause: "WrongTime",
    words: "its certificate has expired, or this machine's clock is wrong",
  },
  {
    pattern: /not valid yet/i,
    cause: "WrongTime",
    words: "its certificate is not valid yet, or this machine's clock is wrong",
  },
  {
    pattern: /NotValidForName|not valid for name/,
    cause: "WrongName",
    words: "its certificate is for another name than the URL's",
  },
  {
    pattern: /dns error|failed to lookup/,
    cause: "NameUnknown",
    words: "its name cannot be resolved",
  },
  {
    // Deno's second try tells of itself, and not of the first.
    pattern: /HTTP\/2 not supported by this client/,
    cause: "Other",
    words: "it does not open a WebSocket",
  },
  { pattern: /connection refused \(os error/i, cause: "Refused" },
];

const notAuthorized = 0x87;
const packetTooLarge = 0x95;

/** Of CONNACK, SUBACK and DISCONNECT. */
const causes: Readonly<Record<number, ConnectionCause>> = {
  0x85: "ClientIdRefused",
  0x86: "BadLogin",
  [notAuthorized]: "NotAuthorized",
};

/** Why there is no connection, for people and for what they can do. */
export function connectionProblem(error: unknown): ConnectionLoss {
  const message = messageOf(error);
  const { cause, words } = meanings.find(({ pattern }) => pattern.test(message)) ?? {};
  return {
    cause: cause ?? causeOf(codeOf(error)),
    reason: words === undefined ? message : `${words}: ${message}`,
  };
}

const leastRefusal = 0x80;

/** What a reason code of MQTT comes down to. */
export function causeOf(code: number): ConnectionCause {
  return causes[code] ?? "Other";
}

/** The library hands a SUBACK over where a subscription is refused. */
function codeOf(error: unknown): number {
  const { code, packet } = error as {
    readonly code?: unknown;
    readonly packet?: { readonly granted?: readonly number[] };
  };
  if (typeof code === "number") return code;
  return packet?.granted?.find((each) => each >= leastRefusal) ?? 0;
}

/** The broker's answer to a message that it does not take. */
export function publishProblem(error: unknown, topic: string): PortError {
  const code = codeOf(error);
  const message = `the broker does not take a message for ${topic}: ${messageOf(error)}`;
  if (code === notAuthorized) return new Forbidden(message, { cause: error });
  if (code === packetTooLarge) return new Invalid(message, { cause: error });
  return new Failed(message, { cause: error });
}
