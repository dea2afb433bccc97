/** Texts as they lie in the store. */
import { equal, ok, throws } from "node:assert/strict";
import { pack, unpack } from "./packed.ts";

Deno.test("what is packed comes back, and takes less room", () => {
  const text = JSON.stringify({ name: "käse", list: Array(100).fill({ status: "True" }) });
  equal(unpack(pack(text)), text);
  equal(unpack(pack("")), "");
  ok(pack(text).length < text.length / 10);
});

Deno.test("what was stored before texts were packed can be read, and anything else is refused", () => {
  equal(unpack(new TextEncoder().encode('{"a":1}')), '{"a":1}');
  for (const bytes of [[], [0x5a], [0x01, 0xff, 0xff], pack("{}").subarray(0, 2)]) {
    throws(() => unpack(new Uint8Array(bytes)));
  }
});
