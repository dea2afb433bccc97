/** Whether a client's certificate is vouched for by an authority, and whose it is. */
import { X509Certificate } from "node:crypto";
import type { Instant } from "../instant.ts";
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

/** A chain, the client's own certificate first, each in DER, leads to one of the authorities, and all of it is valid now. */
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
    if (!isValid(issued, now)) return false;
    if (authorities.some((each) => isValid(each, now) && hasIssued(each, issued))) return true;
    [below, ...above] = above;
    if (below === undefined || !hasIssued(below, issued)) return false;
  }
  return false;
}

function hasIssued(issuer: X509Certificate, issued: X509Certificate): boolean {
  return issuer.ca && issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}

function isValid({ validFrom, validTo }: X509Certificate, now: Instant): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}
