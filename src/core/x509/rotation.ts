/** When a certificate is to be replaced. */
import type { Instant } from "../instant.ts";
import type { Certificate } from "./certificate.ts";
import type { CertificateTemplate } from "./certificate_request.ts";
import { ipBytes } from "./ip_bytes.ts";

type Life = Pick<Certificate, "notBefore" | "notAfter">;

/** What decides how early a certificate is replaced. */
export interface Haste {
  /** Chance (0 to 1), so that not all nodes ask at once. */
  readonly fraction: number;
  /** The API server is out of reach for long: each time that it is not may be the last for a while. */
  readonly isLinkRare: boolean;
}

/** At 70 to 90 % of its life, the kubelet's rule; at 50 to 60 % where the link is rare. */
export function rotationTime({ notBefore, notAfter }: Life, haste: Haste): Instant {
  return notBefore + (notAfter - notBefore) * shareOfLife(haste);
}

function shareOfLife({ fraction, isLinkRare }: Haste): number {
  return isLinkRare ? 0.5 + 0.1 * fraction : 0.7 + 0.2 * fraction;
}

/**
 * Milliseconds that a certificate is used that was issued just now. At least half of what is left of its life: a signer
 * dates certificates back by some minutes, which may be most of a short life. Where this machine's clock says that it is not
 * valid at all, the clock is wrong, and the certificate's own length counts.
 */
export function rotationDelayMs(
  life: Life,
  { now, ...haste }: Haste & { readonly now: Instant },
): number {
  const length = life.notAfter - life.notBefore;
  const left = life.notAfter - now;
  if (!isValidAt(life, now)) return length * shareOfLife(haste);
  return Math.max(rotationTime(life, haste) - now, left / 2);
}

/** Whether a machine whose clock shows `now` would take it. */
export function isValidAt({ notBefore, notAfter }: Life, now: Instant): boolean {
  return notBefore <= now && now <= notAfter;
}

/** What a template asks for that a certificate does not have; more than was asked for does not matter. */
export function missingFrom(
  certificate: Omit<Certificate, "publicKeyHash" | "notBefore" | "notAfter">,
  { subject, dnsNames, ips }: CertificateTemplate,
): readonly string[] {
  const { commonName, organization } = subject;
  const missing = (wanted: readonly string[], there: readonly string[]): readonly string[] => {
    const known = new Set(there.map(canonical));
    return wanted.filter((each) => !known.has(canonical(each)));
  };
  return [
    ...(certificate.commonName === commonName ? [] : [commonName]),
    ...missing(organization === undefined ? [] : [organization], certificate.organizations),
    ...missing(dnsNames, certificate.dnsNames),
    ...missing(ips, certificate.ips),
  ];
}

/** Addresses are compared by their bytes. */
function canonical(name: string): string {
  return ipBytes(name)?.toHex() ?? name;
}
