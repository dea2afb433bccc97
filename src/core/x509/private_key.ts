/** A private key and what is done with it. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { failure, type Result, success } from "../result.ts";

export interface PrivateKey {
  /** As it was given. */
  readonly pem: string;
  /** The public half as a SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  /** Signs with SHA-256; of an ECDSA key, in DER. */
  sign(data: Uint8Array): Uint8Array;
}

/** Reads an ECDSA key of P-256, which is the only kind that is made and used for requests. */
export function parsePrivateKey(pem: string): Result<PrivateKey> {
  const key = keyObject(pem);
  if (key === null) return failure("no private key in PEM");
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") {
    return failure(`an ${key.asymmetricKeyType ?? "unknown"} key, not an ECDSA key of P-256`);
  }
  return success({
    pem,
    publicKey: createPublicKey(key).export({ type: "spki", format: "der" }),
    sign: (data) => sign("sha256", data, key),
  });
}

/** Null where the text holds none that can be read. */
export function keyObject(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
