/** The hash by which a token of k3s knows its server's authority. */
import { createHash, X509Certificate } from "node:crypto";
import { failure, type Result, success } from "../result.ts";
import { pemBlocks } from "../x509/pem.ts";

/**
 * SHA-256 in lower case hex. Of one certificate: of the text as it was served. Of a bundle: of the DER of the root that the first certificate
 * leads to, so that the authority below a root can be replaced; where it leads to none, of the text again.
 */
export function caHash(pem: string): Result<string> {
  const blocks = pemBlocks(pem).filter(({ label }) => label === "CERTIFICATE");
  try {
    const [first, ...others] = blocks.map(({ bytes }) => new X509Certificate(bytes));
    if (first === undefined) return failure("no certificate in PEM");
    const root = others.length === 0 ? null : rootOf(first, others);
    return success(createHash("sha256").update(root?.raw ?? pem).digest("hex"));
  } catch {
    return failure("a certificate that cannot be read");
  }
}

/** `others` are each used once at most, so that a circle of issuers ends. */
function rootOf(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
): X509Certificate | null {
  const issuer = others.find((each) => hasIssued(each, certificate));
  if (issuer === undefined) return null;
  if (hasIssued(issuer, issuer)) return issuer;
  return rootOf(issuer, others.filter((each) => each !== issuer));
}

function hasIssued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
