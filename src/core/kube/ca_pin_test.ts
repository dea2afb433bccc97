/** Pins of a cluster's certificate authority. */
import assert from "node:assert/strict";
import { checkPins, parseCaPin } from "./ca_pin.ts";

/** Its hash is what `openssl x509 -pubkey | openssl pkey -pubin -outform der | sha256sum` prints. */
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
const hash = "de56be97e9e3bc289d925d0946d66860dc9bc24b46bc570945c04a699690b619";

Deno.test("a pin is read whatever the case of its letters", () => {
  assert.deepEqual(parseCaPin(`SHA256:${hash.toUpperCase()}`), { ok: true, value: hash });
});

const wrong = [
  { text: "", error: 'expected sha256:HASH, found ""' },
  { text: hash, error: `expected sha256:HASH, found "${hash}"` },
  { text: "md5:00", error: 'expected sha256:HASH, found "md5:00"' },
  {
    text: "sha256:00",
    error: 'expected 64 hexadecimal digits after "sha256:", found 2 characters',
  },
  {
    text: `sha256:${"g".repeat(64)}`,
    error: 'expected 64 hexadecimal digits after "sha256:", found others',
  },
];
for (const { text, error } of wrong) {
  Deno.test(`"${text}" is no pin`, () => assert.deepEqual(parseCaPin(text), { ok: false, error }));
}

Deno.test("one of several pins suffices", () => {
  assert.deepEqual(checkPins(ca, ["00".repeat(32), hash]), { ok: true, value: null });
});

Deno.test("another authority is refused, and its hash told", () => {
  const checked = checkPins(ca, ["00".repeat(32)]);
  assert(!checked.ok);
  assert.match(checked.error, new RegExp(`its hash is sha256:${hash}`));
});

Deno.test("an authority that cannot be read is refused", () => {
  assert.deepEqual(checkPins("", [hash]), {
    ok: false,
    error: "the cluster's certificate authority: no certificate in PEM",
  });
});
