/** What every store of a certificate with its requests must do. */
import assert from "node:assert/strict";
import type { KeyPair, RequestStore } from "../../src/ports/certificate_store.ts";
import { fakeAuthority, privateKey } from "../fakes/certificate_authority.ts";

/** The store under test; `open` gives a fresh view of the same place, as after a restart. */
export interface CertificateStoreSubject extends AsyncDisposable {
  open(): RequestStore;
}

/** A pair for a key. */
export function pairFor(key: string): KeyPair {
  const certificate = fakeAuthority().issue({
    subject: { organization: "system:nodes", commonName: "system:node:edge-1" },
    serialNumber: 1n,
    notBefore: Date.UTC(2026, 0, 1),
    notAfter: Date.UTC(2027, 0, 1),
    dnsNames: [],
    ips: [],
  }, privateKey(key).publicKey);
  return { certificate, key };
}

export function certificateStoreSuite(
  name: string,
  make: () => Promise<CertificateStoreSubject>,
): void {
  const test = (what: string, body: (subject: CertificateStoreSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await make();
      await body(subject);
    });

  test("there is nothing at first", async ({ open }) => {
    assert.equal(await open().load(), null);
  });

  test("what was saved is loaded, also after a restart", async ({ open }) => {
    const pair = pairFor(await open().nextKey());
    await open().save(pair);
    assert.deepEqual(await open().load(), pair);
    const next = pairFor(await open().nextKey());
    await open().save(next);
    assert.deepEqual(await open().load(), next);
  });

  test("the key of a request stays until there is a certificate", async ({ open }) => {
    const key = await open().nextKey();
    assert.equal(await open().nextKey(), key);
    await open().save(pairFor(key));
    assert.notEqual(await open().nextKey(), key);
  });

  test("a key that is given up is not used again", async ({ open }) => {
    const key = await open().nextKey();
    await open().giveUpKey();
    await open().giveUpKey();
    assert.notEqual(await open().nextKey(), key);
  });
}
