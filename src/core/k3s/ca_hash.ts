/** The hash by which a token of k3s knows its server's authority. */
import { createHash, X509Certificate } from "node:crypto";
import { failure, type Result, success } from "../result.ts";
import { pemBlocks, pemText } from "../x509/pem.ts";

/** What a server has served as its authority. */
export interface ServedAuthority {
  /** SHA-256 in lower case hex. */
  readonly hash: string;
  /** As much of it, in PEM, as the hash vouches for. */
  readonly vouched: string;
}

/**
 * The hash is, of one certificate, that of the text as it was served. Of a bundle it is that of the DER of the root that the first certificate
 * leads to, so that the authority below a root can be replaced; where it leads to none, that of the text again.
 *
 * The certificates of a bundle are no secret: whoever stands between could add an authority of his own and the hash would be the same. So only
 * those count that lead to that root; k3s itself believes all of them.
 */
export function servedAuthority(pem: string): Result<ServedAuthority> {
  const blocks = pemBlocks(pem).filter(({ label }) => label === "CERTIFICATE");
  try {
    const all = blocks.map(({ bytes }) => new X509Certificate(bytes));
    const [first, ...others] = all;
    if (first === undefined) return failure("no certificate in PEM");
    const root = rootOf(first, others);
    if (root === null) return success({ hash: sha256(pem), vouched: pem });
    const below = all.filter((each) => each === root || leadsTo(root, each, others));
    const vouched = below.map(({ raw }) => pemText({ label: "CERTIFICATE", bytes: raw })).join("");
    return success({ hash: sha256(root.raw), vouched });
  } catch {
    return failure("a certificate that cannot be read");
  }
}

/** The hash alone. */
export function caHash(pem: string): Result<string> {
  const served = servedAuthority(pem);
  return served.ok ? success(served.value.hash) : served;
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Null where it leads to none among the others. Each of them is used once at most, so that a circle of issuers ends. */
function rootOf(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
): X509Certificate | null {
  const issuer = others.find((each) => hasIssued(each, certificate));
  if (issuer === undefined) return null;
  if (hasIssued(issuer, issuer)) return issuer;
  return rootOf(issuer, others.filter((each) => each !== issuer));
}

function leadsTo(
  root: X509Certificate,
  certificate: X509Certificate,
  others: readonly X509Certificate[],
): boolean {
  const found = rootOf(certificate, others.filter((each) => each !== certificate));
  return found !== null && found.raw.equals(root.raw);
}

function hasIssued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
