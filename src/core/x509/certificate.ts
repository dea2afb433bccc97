/** What a certificate says. */
import { createHash, X509Certificate } from "node:crypto";
import type { Instant } from "../instant.ts";
import { failure, type Result, success } from "../result.ts";
import { pemBlocks } from "./pem.ts";
import { keyObject } from "./private_key.ts";
import type { AlternativeNames } from "./subject.ts";
import { subjectNames } from "./subject_reader.ts";

export interface Certificate extends AlternativeNames {
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** SHA-256 of the SubjectPublicKeyInfo, in lower case hex: what pins of a CA compare. */
  readonly publicKeyHash: string;
}

/** The certificates of a PEM text in their order, the leaf first; fails where there is none or one cannot be read. */
export function parseCertificates(pem: string): Result<readonly [Certificate, ...Certificate[]]> {
  const blocks = pemBlocks(pem).filter(({ label }) => label === "CERTIFICATE");
  try {
    const [leaf, ...rest] = blocks.map(({ bytes }) => factsOf(bytes));
    return leaf === undefined ? failure("no certificate in PEM") : success([leaf, ...rest]);
  } catch {
    return failure("a certificate that cannot be read");
  }
}

/** Whether any of a chain's certificates has expired: the kubelet's rule for whether a credential can still be used. */
export function isExpired(chain: readonly Pick<Certificate, "notAfter">[], now: Instant): boolean {
  return chain.some(({ notAfter }) => now > notAfter);
}

/** Whether the key is that of the first certificate. */
export function belongTogether(
  { certificate, key }: { readonly certificate: string; readonly key: string },
): boolean {
  const privateKey = keyObject(key);
  try {
    return privateKey !== null && new X509Certificate(certificate).checkPrivateKey(privateKey);
  } catch {
    return false;
  }
}

function factsOf(bytes: Uint8Array): Certificate {
  const certificate = new X509Certificate(bytes);
  const names = (certificate.subjectAltName ?? "").split(", ");
  const named = (kind: string): readonly string[] =>
    names.filter((name) => name.startsWith(`${kind}:`)).map((name) => name.slice(kind.length + 1));
  const publicKey = certificate.publicKey.export({ type: "spki", format: "der" });
  return {
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    ...subjectNames(bytes),
    dnsNames: named("DNS"),
    ips: named("IP Address"),
    publicKeyHash: createHash("sha256").update(publicKey).digest("hex"),
  };
}
