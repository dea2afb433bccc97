/** A subject is read from the certificate's bytes, so that no name can pass for another. */
import assert from "node:assert/strict";
import { opensslAuthority } from "../../../tests/fakes/openssl_authority.ts";
import { newKey, privateKey } from "../../../tests/fakes/certificate_authority.ts";
import { parseCertificates } from "./certificate.ts";
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
