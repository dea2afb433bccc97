/** Whether a client's certificate is vouched for by an authority, and whose it is. */
import { X509Certificate } from "node:crypto";
import type { Instant } from "../instant.ts";
import { anyUsage, clientAuth, extendedKeyUsages } from "./key_usage_reader.ts";
import { pemBlocks } from "./pem.ts";

/** A certificate bundle, ready to verify with. */
export type Authorities = readonly X509Certificate[];

/** More certificates between a client and an authority are nobody's. */
const longestChain = 8;

/** Those of a PEM text; throws for a certificate that cannot be read. */
export function authoritiesOf(pem: string): Authorities {
  return pemBlocks(pem).filter(({ label }) => label === "CERTIFICATE")
    .map(({ bytes }) => new X509Certificate(bytes));
}

/** A chain, the client's own certificate first, each in DER, leads to one of the authorities, and all of it is valid now and good for clients. */
export function isVouchedFor(
  chain: readonly Uint8Array[],
  { authorities, now }: { readonly authorities: Authorities; readonly now: Instant },
): boolean {
  try {
    return leadsToAuthority(chain.map((der) => new X509Certificate(der)), { authorities, now });
  } catch {
    return false;
  }
}

function leadsToAuthority(
  chain: readonly X509Certificate[],
  { authorities, now }: { readonly authorities: Authorities; readonly now: Instant },
): boolean {
  let [below, ...above] = chain;
  for (let length = 0; below !== undefined && length < longestChain; length++) {
    const issued: X509Certificate = below;
    if (!isUsable(issued, now)) return false;
    if (authorities.some((each) => isUsable(each, now) && hasIssued(each, issued))) return true;
    [below, ...above] = above;
    if (below === undefined || !hasIssued(below, issued)) return false;
  }
  return false;
}

function hasIssued(issuer: X509Certificate, issued: X509Certificate): boolean {
  return issuer.ca && issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}

function isUsable(certificate: X509Certificate, now: Instant): boolean {
  return isValid(certificate, now) && isForClients(certificate);
}

/**
 * Go's rule, and so that of Kubernetes: a certificate that does not say what it is for may be used for everything, and each one of a chain, the
 * authority's too, can only narrow that. So the serving certificate of a node, which the same authority may have signed, is no client's.
 * @see https://pkg.go.dev/crypto/x509#VerifyOptions
 */
function isForClients({ raw }: X509Certificate): boolean {
  try {
    const usages = extendedKeyUsages(raw);
    return usages === null || usages.includes(clientAuth) || usages.includes(anyUsage);
  } catch {
    return false;
  }
}

function isValid({ validFrom, validTo }: X509Certificate, now: Instant): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}
