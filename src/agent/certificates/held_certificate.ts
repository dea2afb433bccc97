/** A certificate that is in use, and when it is to be replaced. */
import type { Instant } from "../../core/instant.ts";
import { type Certificate, parseCertificates } from "../../core/x509/certificate.ts";
import { rotationDelayMs, rotationTime } from "../../core/x509/rotation.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed } from "../../ports/errors.ts";
import type { Random } from "../../ports/random.ts";

export interface HeldCertificate {
  readonly pair: KeyPair;
  readonly certificate: Certificate;
  readonly rotateAt: RotationTime;
  /** The same where the link to the API server is rare. */
  readonly rotateEarlyAt: RotationTime;
}

/** When it is due by the wall clock, and by the monotonic one where it was issued to this process. */
interface RotationTime {
  readonly wall: Instant;
  readonly monotonic: number;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
}

/** Of a pair that was there before: only the wall clock can tell its age. Throws Failed for what cannot be read. */
export function heldFromBefore(pair: KeyPair, { random }: Deps): HeldCertificate {
  const certificate = leafOf(pair);
  const fraction = random.fraction();
  const at = (isLinkRare: boolean): RotationTime => ({
    wall: rotationTime(certificate, { fraction, isLinkRare }),
    monotonic: Infinity,
  });
  return { pair, certificate, rotateAt: at(false), rotateEarlyAt: at(true) };
}

/** Of one issued just now: it lives by the monotonic clock too, so that setting the wall clock back does not let it expire. */
export function heldSinceNow(pair: KeyPair, { clock, random }: Deps): HeldCertificate {
  const certificate = leafOf(pair);
  const [now, start] = [clock.now(), clock.monotonic()];
  const fraction = random.fraction();
  // A clock by which it is not valid now is wrong, and has no say until the certificate is replaced.
  const isValid = certificate.notBefore <= now && now <= certificate.notAfter;
  const at = (isLinkRare: boolean): RotationTime => {
    const delay = rotationDelayMs(certificate, { now, fraction, isLinkRare });
    return { wall: isValid ? now + delay : Infinity, monotonic: start + delay };
  };
  return { pair, certificate, rotateAt: at(false), rotateEarlyAt: at(true) };
}

/** From its first to its last moment, in milliseconds. */
export function lifeMs({ certificate: { notBefore, notAfter } }: HeldCertificate): number {
  return notAfter - notBefore;
}

/** Milliseconds until it is due; 0 or less: it is. */
export function dueInMs(
  { rotateAt, rotateEarlyAt }: HeldCertificate,
  { clock, isLinkRare }: { readonly clock: Clock; readonly isLinkRare: boolean },
): number {
  const { wall, monotonic } = isLinkRare ? rotateEarlyAt : rotateAt;
  return Math.min(wall - clock.now(), monotonic - clock.monotonic());
}

function leafOf(pair: KeyPair): Certificate {
  const parsed = parseCertificates(pair.certificate);
  if (!parsed.ok) throw new Failed(parsed.error);
  return parsed.value[0];
}
