/** A signer of certificates for tests. */
import assert from "node:assert/strict";
import { generateKey } from "../../src/adapters/x509/generate_key.ts";
import { ecdsaWithSha256 } from "../../src/core/x509/certificate_request.ts";
import { bitString, sequence } from "../../src/core/x509/der.ts";
import { pemBlocks, pemText } from "../../src/core/x509/pem.ts";
import { parsePrivateKey, type PrivateKey } from "../../src/core/x509/private_key.ts";
import { certificateBody, type SelfSigned } from "../../src/core/x509/self_signed.ts";

export interface FakeAuthority {
  /** Signs a certificate, in PEM, for a public key (SubjectPublicKeyInfo). */
  issue(certificate: SelfSigned, publicKey: Uint8Array): string;
}

export function fakeAuthority(): FakeAuthority {
  const key = privateKey(generateKey());
  return {
    issue(certificate, publicKey) {
      const body = certificateBody(certificate, { publicKey });
      const bytes = sequence(body, ecdsaWithSha256, bitString(key.sign(body)));
      return pemText({ label: "CERTIFICATE", bytes });
    },
  };
}

/** A private key in PEM. */
export function newKey(): string {
  return generateKey();
}

/** The key of a PEM text that holds one. */
export function privateKey(pem: string): PrivateKey {
  const parsed = parsePrivateKey(pem);
  assert(parsed.ok);
  return parsed.value;
}

/** The public key of a request in PEM: an ECDSA key of P-256, which always starts alike. */
export function publicKeyOf(requestPem: string): Uint8Array {
  const bytes = pemBlocks(requestPem)[0]?.bytes;
  assert(bytes !== undefined);
  const at = bytes.toHex().indexOf("3059301306072a8648ce3d0201") / 2;
  return bytes.subarray(at, at + 91);
}
