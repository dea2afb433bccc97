/** Certificates of every kind, the wrong ones included, for tests over real TLS. */
import { writeFileSync } from "node:fs";
import { ecdsaWithSha256 } from "../../src/core/x509/certificate_request.ts";
import {
  bitString,
  boolean,
  implicit,
  integer,
  objectIdentifier,
  sequence,
  setOf,
  text,
  time,
} from "../../src/core/x509/der.ts";
import { pemText } from "../../src/core/x509/pem.ts";
import type { PrivateKey } from "../../src/core/x509/private_key.ts";
import { alternativeNames, extension } from "../../src/core/x509/subject.ts";
import type { KeyPair } from "../../src/ports/certificate_store.ts";
import { newKey, privateKey } from "./certificate_authority.ts";

/** A certificate to be. */
export interface Wanted {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly purpose: "server" | "client" | "authority";
  /** What stands in the extension for the extended key usage; null for no such extension, and by the purpose unless given. */
  readonly extendedKeyUsage?: Uint8Array | null;
  /** Besides loopback's. */
  readonly ips?: readonly string[];
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
}

export interface TestAuthority extends KeyPair {
  /** Signs for a new key; addresses are loopback's. */
  issue(wanted: Wanted): KeyPair;
  /** An authority below this one. */
  authority(commonName: string, own?: Partial<Wanted>): TestAuthority;
}

const day = 24 * 60 * 60 * 1000;

/** An authority that signs for itself. */
export function testAuthority(commonName: string, own: Partial<Wanted> = {}): TestAuthority {
  const key = newKey();
  const wanted: Wanted = { commonName, purpose: "authority", ...own };
  const name = nameOf(wanted);
  return authorityWith({
    key,
    certificate: signed(wanted, { name, issuer: { name, key: privateKey(key) }, key }),
    name,
  });
}

function authorityWith(
  { key, certificate, name }: KeyPair & { readonly name: Uint8Array },
): TestAuthority {
  const issuer = { name, key: privateKey(key) };
  const issue = (wanted: Wanted): KeyPair => {
    const own = newKey();
    return {
      key: own,
      certificate: signed(wanted, { name: nameOf(wanted), issuer, key: own }),
    };
  };
  return {
    key,
    certificate,
    issue,
    authority(commonName, own = {}) {
      const wanted: Wanted = { commonName, purpose: "authority", ...own };
      return authorityWith({ ...issue(wanted), name: nameOf(wanted) });
    },
  };
}

function signed(
  wanted: Wanted,
  { name, issuer, key }: {
    readonly name: Uint8Array;
    readonly issuer: { readonly name: Uint8Array; readonly key: PrivateKey };
    readonly key: string;
  },
): string {
  const { from = -1, until = 1 } = wanted;
  const now = Date.now();
  const body = sequence(
    implicit(0, integer(2n), { constructed: true }),
    integer(BigInt(1 + crypto.getRandomValues(new Uint32Array(1))[0]!)),
    ecdsaWithSha256,
    issuer.name,
    sequence(time(now + from * day), time(now + until * day)),
    name,
    privateKey(key).publicKey,
    implicit(3, sequence(...extensionsOf(wanted)), { constructed: true }),
  );
  const bytes = sequence(body, ecdsaWithSha256, bitString(issuer.key.sign(body)));
  return pemText({ label: "CERTIFICATE", bytes });
}

function nameOf({ commonName, organizations = [] }: Wanted): Uint8Array {
  const attribute = (type: string, value: string): Uint8Array =>
    setOf(sequence(objectIdentifier(type), text(value)));
  return sequence(
    ...organizations.map((each) => attribute("2.5.4.10", each)),
    attribute("2.5.4.3", commonName),
  );
}

function extensionsOf(wanted: Wanted): readonly Uint8Array[] {
  const { purpose, ips = [], extendedKeyUsage = usageOf(purpose) } = wanted;
  const usage = extendedKeyUsage === null
    ? []
    : [extension({ id: "2.5.29.37", value: extendedKeyUsage })];
  if (purpose === "authority") {
    return [
      extension({ id: "2.5.29.19", critical: true, value: sequence(boolean(true)) }),
      extension({
        id: "2.5.29.15",
        critical: true,
        value: bitString(Uint8Array.of(0x04), { unused: 2 }),
      }),
      ...usage,
    ];
  }
  return [...usage, ...alternativeNames({ dnsNames: ["localhost"], ips: ["127.0.0.1", ...ips] })];
}

function usageOf(purpose: Wanted["purpose"]): Uint8Array | null {
  if (purpose === "authority") return null;
  return sequence(
    objectIdentifier(purpose === "client" ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1"),
  );
}

/** Writes `NAME.crt` and `NAME.key`, and gives the paths as curl's options. */
export function curlOptions(
  pair: KeyPair,
  { folder, name }: { readonly folder: string; readonly name: string },
): readonly string[] {
  writeFileSync(`${folder}/${name}.crt`, pair.certificate);
  writeFileSync(`${folder}/${name}.key`, pair.key);
  return ["--cert", `${folder}/${name}.crt`, "--key", `${folder}/${name}.key`];
}
