/** A serving certificate that the node makes for itself, and anew before it expires. */
import { minute, rfc3339 } from "../../core/instant.ts";
import { ipBytes } from "../../core/x509/ip_bytes.ts";
import { pemText } from "../../core/x509/pem.ts";
import { parsePrivateKey } from "../../core/x509/private_key.ts";
import { isValidAt, missingFrom } from "../../core/x509/rotation.ts";
import { selfSignedCertificate } from "../../core/x509/self_signed.ts";
import type { CertificateStore, KeyPair } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { CertificateManager } from "./certificate_manager.ts";
import { dueInMs, type HeldCertificate, heldFromBefore, heldSinceNow } from "./held_certificate.ts";
import { servingLookout } from "./serving_lookout.ts";

export interface SelfSignedOptions {
  /** The name or address that clients know the node by. */
  readonly hostname: string;
  readonly store: CertificateStore;
  /** Makes a private key in PEM. */
  readonly newKey: () => string;
  /** Gives each pair to whoever serves with it. */
  readonly use: (pair: KeyPair) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** As the kubelet's: for a year, and from an hour ago because clocks differ. */
const lifeMs = 365 * 24 * 60 * minute;
const backdateMs = 60 * minute;

/** A pair that somebody else has put there is used as it is, and never replaced. */
export function createSelfSignedCertificate(options: SelfSignedOptions): CertificateManager {
  const { store, clock, random, use } = options;
  const log = options.log.with({ certificate: "serving" });
  let held: HeldCertificate | null = null;

  async function restore(): Promise<HeldCertificate | null> {
    try {
      const pair = await store.load();
      return pair === null ? null : heldFromBefore(pair, options);
    } catch (err) {
      log.warn("The serving certificate cannot be read, another one is made", { err });
      return null;
    }
  }

  function isDue(current: HeldCertificate): boolean {
    const { certificate } = current;
    if (!isSelfMade(certificate.commonName)) return false;
    const lacks = missingFrom(certificate, {
      subject: { commonName: certificate.commonName },
      ...namesOf(options.hostname),
    });
    const dueMs = dueInMs(current, { clock, isLinkRare: false });
    return lacks.length > 0 || dueMs <= 0 || !isValidAt(certificate, clock.now());
  }

  async function renew(): Promise<void> {
    const before = held ?? await restore();
    const next = before === null || isDue(before) ? await make() : before;
    if (next === held) return;
    held = next;
    use(next.pair);
  }

  async function make(): Promise<HeldCertificate> {
    const pair = selfSigned({ ...options, now: clock.now(), fraction: random.fraction() });
    await store.save(pair);
    const made = heldSinceNow(pair, options);
    log.info("Serving certificate made", { expires: rfc3339(made.certificate.notAfter) });
    return made;
  }

  const failed = "Could not make a serving certificate";
  return servingLookout({ look: renew, failed, held: () => held, clock, log });
}

function selfSigned(
  { hostname, newKey, now, fraction }:
    & Pick<SelfSignedOptions, "hostname" | "newKey">
    & { readonly now: number; readonly fraction: number },
): KeyPair {
  const key = parsePrivateKey(newKey());
  if (!key.ok) throw new Failed(`the key for a serving certificate: ${key.error}`);
  const seconds = Math.floor(now / 1_000);
  const bytes = selfSignedCertificate({
    subject: { commonName: `${hostname}@${seconds}` },
    serialNumber: 1n + BigInt(Math.floor(fraction * Number.MAX_SAFE_INTEGER)),
    notBefore: now - backdateMs,
    notAfter: now - backdateMs + lifeMs,
    ...namesOf(hostname),
  }, key.value);
  return { certificate: pemText({ label: "CERTIFICATE", bytes }), key: key.value.pem };
}

function namesOf(
  hostname: string,
): { readonly dnsNames: readonly string[]; readonly ips: readonly string[] } {
  const isIp = ipBytes(hostname) !== null;
  return isIp ? { dnsNames: [], ips: [hostname] } : { dnsNames: [hostname], ips: [] };
}

/** As the common names that are given here, and by the kubelet. */
function isSelfMade(commonName: string): boolean {
  return /@\d+$/.test(commonName);
}
