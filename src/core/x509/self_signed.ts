/** Certificates that vouch for themselves. @see https://www.rfc-editor.org/rfc/rfc5280 */
import type { Instant } from "../instant.ts";
import { ecdsaWithSha256 } from "./certificate_request.ts";
import { bitString, type Der, implicit, integer, objectIdentifier, sequence, time } from "./der.ts";
import type { PrivateKey } from "./private_key.ts";
import {
  type AlternativeNames,
  alternativeNames,
  distinguishedName,
  extension,
  type Subject,
} from "./subject.ts";

export interface SelfSigned extends AlternativeNames {
  readonly subject: Subject;
  /** At least 1. */
  readonly serialNumber: bigint;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

/** A server's certificate in DER, signed by its own key. */
export function selfSignedCertificate(given: SelfSigned, key: PrivateKey): Der {
  const body = certificateBody(given, key);
  return sequence(body, ecdsaWithSha256, bitString(key.sign(body)));
}

/** The part that is signed. */
export function certificateBody(
  { subject, serialNumber, notBefore, notAfter, ...names }: SelfSigned,
  { publicKey }: Pick<PrivateKey, "publicKey">,
): Der {
  const name = distinguishedName(subject);
  const version3 = implicit(0, integer(2n), { constructed: true });
  return sequence(
    version3,
    integer(serialNumber),
    ecdsaWithSha256,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey,
    implicit(3, sequence(...serverExtensions, ...alternativeNames(names)), { constructed: true }),
  );
}

const digitalSignature = bitString(Uint8Array.of(0x80), { unused: 7 });
const serverAuth = objectIdentifier("1.3.6.1.5.5.7.3.1");

/** Key usage, extended key usage, and that no other certificate may be issued with it. */
const serverExtensions: readonly Der[] = [
  extension({ id: "2.5.29.15", critical: true, value: digitalSignature }),
  extension({ id: "2.5.29.37", value: sequence(serverAuth) }),
  extension({ id: "2.5.29.19", critical: true, value: sequence() }),
];
