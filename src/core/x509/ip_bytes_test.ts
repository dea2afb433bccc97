/** Addresses of both families, in all the ways to write them. */
import assert from "node:assert/strict";
import { ipBytes } from "./ip_bytes.ts";

const cases: readonly (readonly [address: string, hex: string | undefined])[] = [
  ["10.0.0.1", "0a000001"],
  ["255.255.255.255", "ffffffff"],
  ["256.0.0.1", undefined],
  ["10.0.0", undefined],
  ["::", "00".repeat(16)],
  ["::1", `${"00".repeat(15)}01`],
  ["FD00::1:2", `fd00${"00".repeat(10)}00010002`],
  ["2001:db8:0:0:0:0:0:1", `20010db8${"00".repeat(11)}01`],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
  ["::ffff:10.0.0.1", "0a000001"],
  ["fd00::1%eth0", undefined],
  ["fd00:::1", undefined],
  ["edge-1", undefined],
  ["", undefined],
];

for (const [address, hex] of cases) {
  Deno.test(`bytes of the address "${address}"`, () => {
    assert.equal(ipBytes(address)?.toHex(), hex);
  });
}
