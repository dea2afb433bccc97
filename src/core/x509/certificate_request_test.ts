/** The bytes are those that Go's crypto/x509 writes for the same key and template. */
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { certificateRequest, requestInfo } from "./certificate_request.ts";
import { parsePrivateKey, type PrivateKey } from "./private_key.ts";
import { certificateBody, selfSignedCertificate } from "./self_signed.ts";
import { belongTogether, parseCertificates } from "./certificate.ts";
import { pemBlocks, pemText } from "./pem.ts";

const keyPem = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIJuQPZRtzUa655gTB4RmFHuHj9dy0g8NH1g5fU28/7+/oAoGCCqGSM49
AwEHoUQDQgAEi7kmzdZU9Zc00o/ogyXOlpUCBp1ztl2dbaS9MnRA1a7YShJlzGqu
X5jqPVgUuEp9juM/5CID2DfByLFRp0v27g==
-----END EC PRIVATE KEY-----
`;

function key(): PrivateKey {
  const parsed = parsePrivateKey(keyPem);
  assert(parsed.ok);
  return parsed.value;
}

const subject = { organization: "system:nodes", commonName: "system:node:edge-1" };

/** Written by `x509.CreateCertificateRequest`, their RawTBSCertificateRequest. */
const requests = [
  {
    name: "a client's request has no names",
    template: { subject, dnsNames: [], ips: [] },
    base64:
      `MIGWAgEAMDQxFTATBgNVBAoTDHN5c3RlbTpub2RlczEbMBkGA1UEAxMSc3lzdGVtOm5vZGU6ZWRnZS0xMFkwEwYH
      KoZIzj0CAQYIKoZIzj0DAQcDQgAEi7kmzdZU9Zc00o/ogyXOlpUCBp1ztl2dbaS9MnRA1a7YShJlzGquX5jqPVgUuEp9
      juM/5CID2DfByLFRp0v27qAA`,
  },
  {
    name: "a server's request has names and addresses of both families",
    template: {
      subject,
      dnsNames: ["edge-1", "edge-1.site.example"],
      ips: ["10.0.0.1", "fd00::1:2"],
    },
    base64:
      `MIHnAgEAMDQxFTATBgNVBAoTDHN5c3RlbTpub2RlczEbMBkGA1UEAxMSc3lzdGVtOm5vZGU6ZWRnZS0xMFkwEwYH
      KoZIzj0CAQYIKoZIzj0DAQcDQgAEi7kmzdZU9Zc00o/ogyXOlpUCBp1ztl2dbaS9MnRA1a7YShJlzGquX5jqPVgUuEp9
      juM/5CID2DfByLFRp0v27qBRME8GCSqGSIb3DQEJDjFCMEAwPgYDVR0RBDcwNYIGZWRnZS0xghNlZGdlLTEuc2l0ZS5l
      eGFtcGxlhwQKAAABhxD9AAAAAAAAAAAAAAAAAQAC`,
  },
];

for (const { name, template, base64 } of requests) {
  Deno.test(name, () => {
    const info = requestInfo(template, key());
    assert.equal(info.toBase64(), base64.replace(/\s/g, ""));
  });
}

Deno.test("a request carries the signature of its key", () => {
  const request = certificateRequest({ subject, dnsNames: [], ips: [] }, key());
  const info = requestInfo({ subject, dnsNames: [], ips: [] }, key());
  assert.deepEqual(request.subarray(3, 3 + info.length), info);
  const signature = request.subarray(3 + info.length + 12 + 3);
  assert(verify("sha256", info, createPublicKey(keyPem), signature));
});

const selfSigned = {
  subject: { commonName: "edge-1@1767225600" },
  serialNumber: 0xff010203n,
  notBefore: Date.UTC(2025, 11, 31, 23),
  notAfter: Date.UTC(2060, 0, 1),
  dnsNames: ["edge-1"],
  ips: ["10.0.0.1"],
};

Deno.test("a self-signed certificate's body is Go's, with a year beyond 2049 and a serial number whose first bit is set", () => {
  const base64 =
    `MIIBIaADAgECAgUA/wECAzAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFlZGdlLTFAMTc2NzIyNTYwMDAgFw0y
    NTEyMzEyMzAwMDBaGA8yMDYwMDEwMTAwMDAwMFowHDEaMBgGA1UEAwwRZWRnZS0xQDE3NjcyMjU2MDAwWTATBgcqhkjO
    PQIBBggqhkjOPQMBBwNCAASLuSbN1lT1lzTSj+iDJc6WlQIGnXO2XZ1tpL0ydEDVrthKEmXMaq5fmOo9WBS4Sn2O4z/k
    IgPYN8HIsVGnS/buo04wTDAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwEwDAYDVR0TAQH/BAIwADAX
    BgNVHREEEDAOggZlZGdlLTGHBAoAAAE=`;
  assert.equal(certificateBody(selfSigned, key()).toBase64(), base64.replace(/\s/g, ""));
});

Deno.test("what is written into a certificate is read out of it again", () => {
  const bytes = selfSignedCertificate(selfSigned, key());
  const certificate = pemText({ label: "CERTIFICATE", bytes });
  const parsed = parseCertificates(certificate);
  assert(parsed.ok);
  const [{ publicKeyHash, ...facts }] = parsed.value;
  assert.deepEqual(facts, {
    notBefore: selfSigned.notBefore,
    notAfter: selfSigned.notAfter,
    commonName: "edge-1@1767225600",
    organizations: [],
    dnsNames: ["edge-1"],
    ips: ["10.0.0.1"],
  });
  // openssl ec -in key.pem -pubout -outform der | sha256sum
  assert.equal(publicKeyHash, "0b4f9551596d5449a09fa16fe16bd306a197d305217691fbba61fa0841ca2d36");
  assert(belongTogether({ certificate, key: keyPem }));
  const [block] = pemBlocks(certificate);
  assert.deepEqual(block, { label: "CERTIFICATE", bytes });
});
