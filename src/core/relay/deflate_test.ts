/** What is packed with a dictionary is small, and is read again by zlib. */
import assert from "node:assert/strict";
import { inflateRawSync } from "node:zlib";
import { packBody, unpackBody } from "./body.ts";
import { compactText, plainText } from "./compact_text.ts";
import { deflateFixed, inflate } from "./deflate.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const none = new Uint8Array(0);

const samples: Readonly<Record<string, Uint8Array>> = {
  "nothing": none,
  "one byte": text("a"),
  "a run": text("a".repeat(1_000)),
  "the longest match and one more": text("abcdefgh".repeat(100)),
  "every byte": Uint8Array.from({ length: 256 }, (_, byte) => byte),
  "noise": Uint8Array.from({ length: 5_000 }, (_, at) => (at * at * 31 + at * 7) >> 3 & 0xff),
  "text": text(JSON.stringify({ a: [1, 2, 3], b: "lastTransitionTime" }).repeat(20)),
};

for (const [name, data] of Object.entries(samples)) {
  Deno.test(`${name} comes out as it went in`, () => {
    const packed = deflateFixed(data, none);
    assert.deepEqual(Uint8Array.from(inflateRawSync(packed)), data);
    const dictionary = text("lastTransitionTime abcdefgh".repeat(3));
    const known = deflateFixed(data, dictionary);
    assert.deepEqual(
      Uint8Array.from(inflate(known, { dictionary, maxBytes: data.length })),
      data,
    );
  });
}

Deno.test("what the dictionary has costs a few bytes", () => {
  const dictionary = text('{"containerStatuses":{"lastTransitionTime":"2026-');
  const packed = deflateFixed(text('"lastTransitionTime":"2026-11"'), dictionary);
  assert.ok(packed.length <= 8, `${packed.length} bytes`);
});

Deno.test("what would become larger than is allowed is refused", () => {
  const packed = packBody({ text: "a".repeat(100_000) });
  assert.ok(packed.length < 500);
  assert.equal(unpackBody(packed, { maxBytes: 1_000 }).ok, false);
  assert.equal(unpackBody(packed, { maxBytes: 200_000 }).ok, true);
});

Deno.test("hexadecimal numbers go as bytes and come back as they were", () => {
  const id = "0123456789abcdef".repeat(4);
  const uid = "6b1f3d0c-8f0b-4c38-9a52-1f2e3d4c5b6a";
  for (
    const value of [id, uid, `${id}f`, `${id}${id}${id}${id}${id}`, id.toUpperCase(), "12345678"]
  ) {
    const json = JSON.stringify({ value, other: `über ${value}` });
    assert.equal(plainText(compactText(json)), json);
  }
  assert.equal(compactText(uid).length, 17);
  assert.equal(compactText(id).length, 34);
});

for (const cut of [1, 5, 20]) {
  Deno.test(`a body that lacks its last ${cut} bytes is none`, () => {
    const packed = packBody({ records: [], id: "0123456789abcdef".repeat(4) });
    assert.equal(unpackBody(packed.slice(0, -cut), { maxBytes: 10_000 }).ok, false);
  });
}
