/** What a broker or the network says, in words that help. */
import { Failed, Forbidden, Invalid, messageOf, type PortError } from "../../ports/errors.ts";

const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /received fatal alert: (AccessDenied|BadCertificate|Certificate\w+|UnknownCA|UnsupportedCertificate|HandshakeFailure)/i,
    "it refuses our certificate (relay.certFile)",
  ],
  [/UnknownIssuer/, "its certificate is not signed by an authority of relay.caFile"],
  [/certificate.*\bexpired/i, "its certificate has expired, or this machine's clock is wrong"],
  [/not valid yet/i, "its certificate is not valid yet, or this machine's clock is wrong"],
  [/NotValidForName|not valid for name/, "its certificate is for another name than the URL's"],
  [/dns error|failed to lookup/, "its name cannot be resolved"],
];

/** Why there is no connection, for people. */
export function connectionReason(error: unknown): string {
  const message = messageOf(error);
  const meaning = meanings.find(([pattern]) => pattern.test(message))?.[1];
  return meaning === undefined ? message : `${meaning}: ${message}`;
}

const notAuthorized = 0x87;
const packetTooLarge = 0x95;

/** The broker's answer to a message that it does not take. */
export function publishProblem(error: unknown, topic: string): PortError {
  const { code } = error as { code?: unknown };
  const message = `the broker does not take a message for ${topic}: ${messageOf(error)}`;
  if (code === notAuthorized) return new Forbidden(message, { cause: error });
  if (code === packetTooLarge) return new Invalid(message, { cause: error });
  return new Failed(message, { cause: error });
}
