/** Certificates that others made: those of a CA, in bundles, and broken ones. */
import assert from "node:assert/strict";
import { belongTogether, parseCertificates } from "./certificate.ts";
import { parsePrivateKey } from "./private_key.ts";

/** Made by openssl: RSA, CN=kubernetes, valid for one day from 2026-01-01. */
const ca = `-----BEGIN CERTIFICATE-----
MIIC5zCCAc+gAwIBAgIBATANBgkqhkiG9w0BAQsFADAVMRMwEQYDVQQDEwprdWJl
cm5ldGVzMB4XDTI2MDEwMTAwMDAwMFoXDTI2MDEwMjAwMDAwMFowFTETMBEGA1UE
AxMKa3ViZXJuZXRlczCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAJkR
gkPhwoWLgbr7QEW9sJdcAfuxjWXNN85a5rTljYlyavMQLnzID26U7hhgRv597cFu
uJ0G0uIk78zgkgspW6fheCPwZn59igStxQTymgiF1ZIZ1yBjWdBJ1DMi5bDe/OzU
SY9l3tt4ENzTTwtHLnz+pTnbvarWaUWV6FA7MZYpHYSRMXGbD/eopRGqlGgNc16g
a+AC7QW0xVC3E+G82TCnBW7VfZrpiZ+XkwtYkgBeMyMdNMQJWm9w45EyD3kX/OIm
UbvmQvV64F5Jn+PA/LRauh87XcaOKO+4jqTkvxONoHbDzHRgBgA5FJGPciXb5Ptu
EimkPBn9VXpjpF957bcCAwEAAaNCMEAwDgYDVR0PAQH/BAQDAgIEMA8GA1UdEwEB
/wQFMAMBAf8wHQYDVR0OBBYEFFK32+KcdYBMJaOrXICdp1EKkmpGMA0GCSqGSIb3
DQEBCwUAA4IBAQBP1WnZQISNPd7kyc8AHfaBZwGZBZ8Fip2Pf38dmdvYegqRmKvy
cM9kAceDVLmIuZWwaiNSDW1aRxgnKItDVIzbE4MK8O3X/j5kYINDHqMkv4YA4Bm7
MpRSbL/XW+6egpJ+EqEiqrn/IC0S4FRqAr5e/GSNOgvQc+hP56xXJp0AqjuEv1WN
Pmg/Ln1WjffYEzVnE+wPR3QCa36a3vYn3v5uzqEEwL5kyk77OiAU2gZ4eK94Ndsc
QJDZFhsNCqK/NsebYrvwY7wL5H98QTfYj8U1+QQEhpt0t6PgubJUHCLvouYwazXh
rS6Y/beT84EZB8JC4+O8Nu7dAUuV8oZziJU1
-----END CERTIFICATE-----
`;

/** Made by openssl: EC, two organisations. */
const node = `-----BEGIN CERTIFICATE-----
MIICOzCCASOgAwIBAgIBAjANBgkqhkiG9w0BAQsFADAVMRMwEQYDVQQDEwprdWJl
cm5ldGVzMB4XDTI2MDEwMTAwMDAwMFoXDTI2MDEwMjAwMDAwMFowSTEbMBkGA1UE
AxMSc3lzdGVtOm5vZGU6ZWRnZS0xMRUwEwYDVQQKEwxzeXN0ZW06bm9kZXMxEzAR
BgNVBAoTCnR3bywgdGhyZWUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT5FBNj
E3fSfJVoxcs/yLgDR5BxkiMzoF78KaywEyq3GChxs2fYUHxxr69orzaADaNp3cfp
c+tY4k/OsXfdoz6koy0wKzApBgNVHREEIjAgggZlZGdlLTGHBAoAAAGHEP0AAAAA
AAAAAAAAAAAAAAEwDQYJKoZIhvcNAQELBQADggEBAH5E8ddzjYRnQ7GGavG3h5ph
1OHQbfl4EKdSUFkJP6fq1IuRvFWCk+Dc6uta7lc0MbyaYAR0RpVw/g5sxov1I1sY
Cp+hbxBbA/CvuKjHeOMuoA4SRMvLsQ3Mqfz2HRHAf2TURIsuz0rPt3INM7rq3Pz+
xHJY6TbBDEalJbekzJntV5rNMQxGBvExkS/IkXTcA9qm/10KbwCzIlP4xnwC2YnY
EKGhp2NgEmuKggUJo8TxFY196gTJzCScqV9qpQZp27fDm477IIn8/4JliWt7tDQ6
/fFTKJQVvAwmFXQedQRq29qSqha0EJqMSR/Ul8CtrMa+o5qMTCablEhW8c+/odA=
-----END CERTIFICATE-----
`;
const nodeKey = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIA9Pt2JZDdLC1jw6YLBJade7zzS0DiJY3Dk9Pnv1qplMoAoGCCqGSM49
AwEHoUQDQgAE+RQTYxN30nyVaMXLP8i4A0eQcZIjM6Be/CmssBMqtxgocbNn2FB8
ca+vaK82gA2jad3H6XPrWOJPzrF33aM+pA==
-----END EC PRIVATE KEY-----
`;
const ed25519Key = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJcyAMGJbR8TrRSO2s5+e4kMbP48TD64kNIWqzD3bFC3
-----END PRIVATE KEY-----
`;

Deno.test("the certificates of a bundle are read in their order", () => {
  const parsed = parseCertificates(`the node:\n${node}and who issued it:\n${ca}`);
  assert(parsed.ok);
  assert.deepEqual(parsed.value, [
    {
      notBefore: Date.UTC(2026, 0, 1),
      notAfter: Date.UTC(2026, 0, 2),
      commonName: "system:node:edge-1",
      organizations: ["system:nodes", "two, three"],
      dnsNames: ["edge-1"],
      ips: ["10.0.0.1", "fd00::1"],
      publicKeyHash: "084c952df941a2d3df3096be7671f54c3c5beb54e5c0591153cf0b4fc59f3bed",
    },
    {
      notBefore: Date.UTC(2026, 0, 1),
      notAfter: Date.UTC(2026, 0, 2),
      commonName: "kubernetes",
      organizations: [],
      dnsNames: [],
      ips: [],
      publicKeyHash: "de56be97e9e3bc289d925d0946d66860dc9bc24b46bc570945c04a699690b619",
    },
  ]);
});

const broken = [
  { what: "nothing", pem: "", error: "no certificate in PEM" },
  { what: "a key alone", pem: nodeKey, error: "no certificate in PEM" },
  { what: "one cut off", pem: node.slice(0, 200), error: "no certificate in PEM" },
  {
    what: "one with bytes missing",
    pem: node.replace(/\n[^\n]{64}\n/, "\n"),
    error: "a certificate that cannot be read",
  },
];
for (const { what, pem, error } of broken) {
  Deno.test(`${what} gives no certificate`, () => {
    assert.deepEqual(parseCertificates(pem), { ok: false, error });
  });
}

Deno.test("a key belongs to its own certificate only", () => {
  assert(belongTogether({ certificate: node, key: nodeKey }));
  assert(!belongTogether({ certificate: ca, key: nodeKey }));
  assert(!belongTogether({ certificate: node, key: "" }));
  assert(!belongTogether({ certificate: "", key: nodeKey }));
});

Deno.test("only keys that requests are made with are taken", () => {
  assert(parsePrivateKey(nodeKey).ok);
  assert.deepEqual(parsePrivateKey("nothing"), { ok: false, error: "no private key in PEM" });
  assert.deepEqual(parsePrivateKey(ed25519Key), {
    ok: false,
    error: "an ed25519 key, not an ECDSA key of P-256",
  });
});
