/** Packets that announce too much. */
import { equal } from "node:assert/strict";
import { packetSizes } from "./packet_sizes.ts";

const small = Uint8Array.of(0x40, 2, 0, 1);
const large = Uint8Array.of(0x30, 0x80, 0x01, ...new Uint8Array(128));

Deno.test("packets of the allowed size pass, however they are cut", () => {
  const whole = Uint8Array.of(...small, ...large, 0xd0, 0, ...small);
  for (let size = 1; size <= whole.length; size++) {
    const sizes = packetSizes({ max: 128 });
    for (let at = 0; at < whole.length; at += size) {
      equal(sizes.tooLarge(whole.subarray(at, at + size)), null);
    }
  }
});

Deno.test("a larger one is told of with its header, wherever it begins", () => {
  equal(packetSizes({ max: 127 }).tooLarge(Uint8Array.of(...small, ...large)), 128);
  const sizes = packetSizes({ max: 1_000 });
  equal(sizes.tooLarge(Uint8Array.of(0x30, 0xff, 0xff)), null);
  equal(sizes.tooLarge(Uint8Array.of(0xff, 0x7f)), 2 ** 28 - 1);
});
