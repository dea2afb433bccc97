/** Purposes are read from the certificate's bytes, and nothing that is not plain is taken for one. */
import assert from "node:assert/strict";
import { testAuthority } from "../../../tests/fakes/test_pki.ts";
import { bitString, implicit, integer, objectIdentifier, octetString, sequence } from "./der.ts";
import { anyUsage, clientAuth, extendedKeyUsages } from "./key_usage_reader.ts";
import { pemBlocks } from "./pem.ts";
import { extension } from "./subject.ts";

const id = "2.5.29.37";
const client = sequence(objectIdentifier("1.3.6.1.5.5.7.3.2"));
const both = sequence(objectIdentifier("1.3.6.1.5.5.7.3.2"), objectIdentifier("2.5.29.37.0"));
const basic = extension({ id: "2.5.29.19", critical: true, value: sequence() });

/** A certificate as far as its extensions, with these in it. */
function certificateWith(...extensions: readonly Uint8Array[]): Uint8Array {
  const empty = sequence();
  const list = implicit(3, sequence(...extensions), { constructed: true });
  return sequence(sequence(integer(1n), empty, empty, empty, empty, empty, list));
}

const readable: Readonly<Record<string, readonly [Uint8Array, readonly string[] | null]>> = {
  "none": [certificateWith(basic), null],
  "one": [certificateWith(basic, extension({ id, value: client })), [clientAuth]],
  "two": [certificateWith(extension({ id, value: both }), basic), [clientAuth, anyUsage]],
  "one that is critical": [certificateWith(extension({ id, critical: true, value: client })), [
    clientAuth,
  ]],
};
for (const [title, [certificate, usages]] of Object.entries(readable)) {
  Deno.test(`purposes of a certificate: ${title}`, () => {
    assert.deepEqual(extendedKeyUsages(certificate), usages);
  });
}

const unreadable: Readonly<Record<string, Uint8Array>> = {
  "of nothing": certificateWith(extension({ id, value: sequence() })),
  "said twice": certificateWith(
    extension({ id, value: client }),
    extension({ id, value: client }),
  ),
  "without a list": certificateWith(extension({ id, value: objectIdentifier("2.5.29.37.0") })),
  "of numbers": certificateWith(extension({ id, value: sequence(integer(1n)) })),
  "with more behind the list": certificateWith(
    extension({ id, value: new Uint8Array([...client, ...client]) }),
  ),
  "cut off": certificateWith(extension({ id, value: client.subarray(0, -1) })),
  "in bits": certificateWith(sequence(objectIdentifier(id), bitString(client))),
  "without a value": certificateWith(sequence(objectIdentifier(id))),
  "with two values": certificateWith(
    sequence(objectIdentifier(id), octetString(client), octetString(client)),
  ),
};
for (const [title, certificate] of Object.entries(unreadable)) {
  Deno.test(`purposes ${title} are an error`, () => {
    assert.throws(() => extendedKeyUsages(certificate), RangeError);
  });
}

Deno.test("bytes that are cut anywhere are an error", () => {
  const { certificate } = testAuthority("root").issue({ commonName: "jane", purpose: "client" });
  const [block] = pemBlocks(certificate);
  assert(block !== undefined);
  assert.deepEqual(extendedKeyUsages(block.bytes), [clientAuth]);
  for (let length = 0; length < block.bytes.length; length++) {
    assert.throws(() => extendedKeyUsages(block.bytes.subarray(0, length)), RangeError);
  }
});
