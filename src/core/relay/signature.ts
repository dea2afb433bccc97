/** Signs and verifies messages of the relay with the keys of certificates. */
import { createHash, type KeyObject, sign, verify, X509Certificate } from "node:crypto";
import { failure, type Result, success } from "../result.ts";
import { pemBlocks } from "../x509/pem.ts";
import { keyObject } from "../x509/private_key.ts";

/** Who signs. */
export interface RelaySigner {
  /** In DER, the own certificate first. */
  readonly chain: readonly Uint8Array[];
  /** The certificate's, in lower case hex: by it those who verify say which they know. */
  readonly fingerprint: string;
  sign(input: Uint8Array): Uint8Array;
}

/** Of a certificate and its key in PEM. Fails for a key of a kind that is not used here. */
export function relaySigner(
  { certificate, key }: { readonly certificate: string; readonly key: string },
): Result<RelaySigner> {
  const chain = pemBlocks(certificate).filter(({ label }) => label === "CERTIFICATE")
    .map(({ bytes }) => bytes);
  const [own] = chain;
  const privateKey = keyObject(key);
  if (own === undefined) return failure("no certificate in PEM");
  if (privateKey === null) return failure("no private key in PEM");
  const hash = hashFor(privateKey);
  if (hash === undefined) return failure("a key of a kind that cannot sign messages of the relay");
  return success({
    chain,
    fingerprint: fingerprintOf(own),
    sign: (input) => sign(hash, input, { key: privateKey, dsaEncoding: "ieee-p1363" }),
  });
}

/** Whether the key of a certificate in DER has made the signature; false also for what cannot be read. */
export function isSignedBy(
  certificate: Uint8Array,
  { input, signature }: { readonly input: Uint8Array; readonly signature: Uint8Array },
): boolean {
  try {
    const key = new X509Certificate(certificate).publicKey;
    const hash = hashFor(key);
    if (hash === undefined) return false;
    return verify(hash, input, { key, dsaEncoding: "ieee-p1363" }, signature);
  } catch {
    return false;
  }
}

/** SHA-256 of a certificate in DER, in lower case hex. */
export function fingerprintOf(certificate: Uint8Array): string {
  return createHash("sha256").update(certificate).digest("hex");
}

/** By the kind of key: there is nothing to choose, and so nothing to downgrade. Null: the algorithm has one of its own. */
function hashFor(
  { asymmetricKeyType, asymmetricKeyDetails }: KeyObject,
): string | null | undefined {
  switch (asymmetricKeyType) {
    case "ed25519":
      return null;
    case "rsa":
      return "sha256";
    case "ec":
      return asymmetricKeyDetails?.namedCurve === "secp384r1" ? "sha384" : "sha256";
    default:
      return undefined;
  }
}
