/** A subject is read from the certificate's bytes, so that no name can pass for another. */
import assert from "node:assert/strict";
import { opensslAuthority } from "../../../tests/fakes/openssl_authority.ts";
import { newKey, privateKey } from "../../../tests/fakes/certificate_authority.ts";
import { parseCertificates } from "./certificate.ts";
import { integer, objectIdentifier, sequence, setOf, text } from "./der.ts";
import { pemBlocks, pemText } from "./pem.ts";
import { selfSignedCertificate } from "./self_signed.ts";
import { subjectNames } from "./subject_reader.ts";
import type { Subject } from "./subject.ts";

function certificateOf(subject: Subject): Uint8Array {
  const notBefore = Date.UTC(2026, 0, 1);
  const notAfter = Date.UTC(2026, 0, 2);
  const given = { subject, serialNumber: 1n, notBefore, notAfter, dnsNames: [], ips: [] };
  return selfSignedCertificate(given, privateKey(newKey()));
}

const subjects: readonly Subject[] = [
  { commonName: "jane", organization: "dev" },
  { commonName: "jane" },
  { commonName: "" },
  { commonName: "jané ☃", organization: "Grün & Söhne" },
  { commonName: "a\nO=system:masters" },
  { commonName: "CN=b + O=system:masters", organization: "c, O=d" },
  { commonName: "x".repeat(300), organization: "y".repeat(70_000) },
];
for (const subject of subjects) {
  const { commonName, organization } = subject;
  const shown = JSON.stringify(subject).slice(0, 80);
  Deno.test(`${shown} is read as it was written`, () => {
    const bytes = certificateOf(subject);
    const names = { commonName, organizations: organization === undefined ? [] : [organization] };
    assert.deepEqual(subjectNames(bytes), names);
    const parsed = parseCertificates(pemText({ label: "CERTIFICATE", bytes }));
    assert(parsed.ok);
    assert.deepEqual(parsed.value[0].organizations, names.organizations);
  });
}

/** A certificate as far as its subject, with these UIDs in it. */
function certificateWithUids(uids: readonly string[]): Uint8Array {
  const uid = (value: string) =>
    setOf(sequence(objectIdentifier("1.3.6.1.4.1.57683.2"), text(value)));
  const empty = sequence();
  return sequence(sequence(integer(1n), empty, empty, empty, sequence(...uids.map(uid))));
}

Deno.test("a UID counts where there is exactly one", () => {
  assert.equal(subjectNames(certificateWithUids([])).uid, undefined);
  assert.equal(subjectNames(certificateWithUids(["u7"])).uid, "u7");
  assert.throws(() => subjectNames(certificateWithUids([""])), RangeError);
  assert.throws(() => subjectNames(certificateWithUids(["u7", "u8"])), RangeError);
});

Deno.test("a certificate that another program made", () => {
  const [block] = pemBlocks(opensslAuthority.pem);
  assert(block !== undefined);
  assert.deepEqual(subjectNames(block.bytes), { commonName: "kubernetes", organizations: [] });
});

Deno.test("bytes that are cut anywhere are an error", () => {
  const bytes = certificateOf({ commonName: "jane" });
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => subjectNames(bytes.subarray(0, length)), RangeError);
  }
});
