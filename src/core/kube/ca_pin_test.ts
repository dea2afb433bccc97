/** Pins of a cluster's certificate authority. */
import assert from "node:assert/strict";
import { opensslAuthority } from "../../../tests/fakes/openssl_authority.ts";
import { checkPins, parseCaPin } from "./ca_pin.ts";

const { pem: ca, publicKeyHash: hash } = opensslAuthority;

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
