/** The hash in a token of k3s, against what openssl and sha256sum make of the same certificates. */
import assert from "node:assert/strict";
import { opensslAuthority } from "../../../tests/fakes/openssl_authority.ts";
import { opensslBundle } from "../../../tests/fakes/openssl_bundle.ts";
import { caHash, servedAuthority } from "./ca_hash.ts";

const { authority, intermediate, root, rootHash, rootTextHash } = opensslBundle;

Deno.test("of one certificate it is that of the text as it was served", () => {
  assert.deepEqual(caHash(root), { ok: true, value: rootTextHash });
  const other = caHash(`${root}\n`);
  assert(other.ok);
  assert.notEqual(other.value, rootTextHash, "each byte of the text counts");
});

for (
  const [name, bundle] of [
    ["in order", authority + intermediate + root],
    ["in another order", authority + root + intermediate],
    ["with another authority in it", authority + opensslAuthority.pem + intermediate + root],
    ["of the root's child", intermediate + root],
  ] as const
) {
  Deno.test(`of a bundle ${name} it is that of the root, so that what is below may be replaced`, () => {
    assert.deepEqual(caHash(bundle), { ok: true, value: rootHash });
  });
}

Deno.test("an authority that somebody has added to a bundle counts for nothing", () => {
  const bundle = authority + intermediate + root;
  for (const text of [bundle, bundle + opensslAuthority.pem]) {
    const served = servedAuthority(text);
    assert.deepEqual(served, { ok: true, value: { hash: rootHash, vouched: bundle } });
  }
  const one = servedAuthority(root);
  assert(one.ok);
  assert.equal(one.value.vouched, root);
});

Deno.test("a bundle that leads to no root has the hash of its text", () => {
  const [whole, twice] = [caHash(authority + intermediate), caHash(root + opensslAuthority.pem)];
  assert(whole.ok && twice.ok);
  assert.notEqual(whole.value, rootHash);
  assert.notEqual(
    twice.value,
    rootHash,
    "a first certificate that is a root itself is none, as in k3s",
  );
});

for (const text of ["", "not found\n", authority.slice(0, 200)]) {
  Deno.test(`what is no certificate is refused: ${JSON.stringify(text.slice(0, 20))}`, () => {
    assert.deepEqual(caHash(text), { ok: false, error: "no certificate in PEM" });
  });
}

Deno.test("what cannot be read is refused", () => {
  const text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assert.deepEqual(caHash(text), { ok: false, error: "a certificate that cannot be read" });
});
