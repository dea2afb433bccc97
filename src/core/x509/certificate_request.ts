/** Requests for certificates. @see https://www.rfc-editor.org/rfc/rfc2986 (PKCS #10) */
import {
  bitString,
  type Der,
  implicit,
  integer,
  objectIdentifier,
  sequence,
  setOf,
} from "./der.ts";
import type { PrivateKey } from "./private_key.ts";
import {
  type AlternativeNames,
  alternativeNames,
  distinguishedName,
  type Subject,
} from "./subject.ts";

/** What is asked for. */
export interface CertificateTemplate extends AlternativeNames {
  readonly subject: Subject;
}

/** `ecdsa-with-SHA256`. */
export const ecdsaWithSha256: Der = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

/** The request in DER, signed by its key. */
export function certificateRequest(template: CertificateTemplate, key: PrivateKey): Der {
  const info = requestInfo(template, key);
  return sequence(info, ecdsaWithSha256, bitString(key.sign(info)));
}

/** The part that is signed: the same bytes for the same template and key, and those that Go's encoder writes. */
export function requestInfo(
  template: CertificateTemplate,
  { publicKey }: Pick<PrivateKey, "publicKey">,
): Der {
  return sequence(
    integer(0n),
    distinguishedName(template.subject),
    publicKey,
    implicit(0, attributes(template), { constructed: true }),
  );
}

function attributes(template: CertificateTemplate): Uint8Array {
  const extensions = alternativeNames(template);
  if (extensions.length === 0) return new Uint8Array(0);
  const extensionRequest = objectIdentifier("1.2.840.113549.1.9.14");
  return sequence(extensionRequest, setOf(sequence(...extensions)));
}
