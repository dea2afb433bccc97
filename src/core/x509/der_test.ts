/** Tags, lengths and contents as X.690 has them. */
import assert from "node:assert/strict";
import { boolean, type Der, integer, objectIdentifier, octetString, text, time } from "./der.ts";

const cases: readonly (readonly [name: string, value: Der, hex: string])[] = [
  ["zero", integer(0n), "020100"],
  ["a number below 128", integer(127n), "02017f"],
  ["a number with its first bit set", integer(128n), "02020080"],
  ["a number of several bytes", integer(0x0102030405n), "02050102030405"],
  ["true", boolean(true), "0101ff"],
  ["an object identifier with large parts", objectIdentifier("1.2.840.113549"), "06062a864886f70d"],
  ["printable text", text("system:nodes"), "130c73797374656d3a6e6f646573"],
  ["text with a letter of its own", text("ü"), "0c02c3bc"],
  ["text with an at sign", text("a@b"), "0c03614062"],
  [
    "the last second of 2049",
    time(Date.UTC(2049, 11, 31, 23, 59, 59)),
    "170d3439313233313233353935395a",
  ],
  ["the first second of 2050", time(Date.UTC(2050, 0)), "180f32303530303130313030303030305a"],
  ["127 bytes", octetString(new Uint8Array(127)).subarray(0, 2), "047f"],
  ["128 bytes", octetString(new Uint8Array(128)).subarray(0, 3), "048180"],
  ["65536 bytes", octetString(new Uint8Array(65_536)).subarray(0, 5), "0483010000"],
];

for (const [name, value, hex] of cases) {
  Deno.test(`DER of ${name}`, () => assert.equal(value.toHex(), hex));
}
