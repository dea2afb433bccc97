/** Frames as RFC 6455 shows them, however they are cut. */
import assert from "node:assert/strict";
import { clientFrame, createFrameReader, opcodes } from "./frames.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("a frame is masked as in the example of section 5.7", () => {
  const mask = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
  const frame = clientFrame({ opcode: opcodes.text, payload: utf8("Hello"), mask });
  assert.equal(frame.toHex(), "818537fa213d7f9f4d5158");
});

for (
  const [length, head] of [[125, "82fd"], [126, "82fe007e"], [
    65_536,
    "82ff0000000000010000",
  ]] as const
) {
  Deno.test(`${length} bytes have the head ${head}`, () => {
    const payload = new Uint8Array(length).fill(5);
    const frame = clientFrame({ opcode: opcodes.binary, payload, mask: Uint8Array.of(1, 2, 3, 4) });
    assert.equal(frame.subarray(0, head.length / 2).toHex(), head);
    assert.deepEqual(frame.subarray(-length).map((byte, at) => byte ^ (at % 4 + 1)), payload);
  });
}

/** As a server writes it. */
function serverFrame(first: number, payload: Uint8Array): Uint8Array {
  const head = payload.length < 126
    ? [first, payload.length]
    : [first, 126, payload.length >> 8, payload.length & 0xff];
  return Uint8Array.from([...head, ...payload]);
}

for (const size of [1, 2, 3, 7, 1_000]) {
  Deno.test(`frames are read from pieces of ${size} bytes`, () => {
    const payloads = [utf8("one"), new Uint8Array(300).fill(3), new Uint8Array(0)];
    const bytes = Uint8Array.from(payloads.flatMap((each) => [...serverFrame(0x82, each)]));
    const reader = createFrameReader({ maxBytes: 300 });
    const seen: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const read = reader.read(bytes.subarray(at, at + size));
      if (!read.ok) throw new Error(read.error);
      seen.push(...read.value.map(({ payload }) => payload));
    }
    assert.deepEqual(seen.map((each) => [...each]), payloads.map((each) => [...each]));
  });
}

for (
  const [what, bytes] of [
    ["is too long", [0x82, 126, 1, 45]],
    ["announces more than numbers can be", [0x82, 127, 0xff, 0, 0, 0, 0, 0, 0, 0]],
    ["is masked", [0x82, 0x80]],
    ["uses an extension", [0xc2, 0]],
    ["is a ping in parts", [0x09, 0]],
    ["is a ping of 126 bytes", [0x89, 126, 0, 126]],
  ] as const
) {
  Deno.test(`a frame that ${what} is refused at its head`, () => {
    assert.equal(createFrameReader({ maxBytes: 300 }).read(Uint8Array.from(bytes)).ok, false);
  });
}
