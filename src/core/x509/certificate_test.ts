/** Certificates that others made: those of a CA, in bundles, and broken ones. */
import assert from "node:assert/strict";
import { opensslAuthority } from "../../../tests/fakes/openssl_authority.ts";
import { belongTogether, parseCertificates } from "./certificate.ts";
import { parsePrivateKey } from "./private_key.ts";

const ca = opensslAuthority.pem;

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
      publicKeyHash: opensslAuthority.publicKeyHash,
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
