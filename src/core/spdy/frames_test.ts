/** Frames as the wire has them. */
import assert from "node:assert/strict";
import { dataHead, type Frame, parseFrame, payloadLength, ping, synStream } from "./frames.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

Deno.test("the first stream of a connection begins its zlib stream, the next goes on with it", () => {
  const headers = { a: "bc" };
  const block = "00000001 00000001 61 00000002 6263";
  const part = `00 0f00 f0ff ${block} 00 0000 ffff`;
  assert.deepEqual(
    synStream({ streamId: 1, headers, isFirst: true }),
    bytes(`80030001 00000025 00000001 00000000 0000 7801 ${part}`),
  );
  assert.deepEqual(
    synStream({ streamId: 3, headers, isFirst: false }),
    bytes(`80030001 00000023 00000003 00000000 0000 ${part}`),
  );
});

Deno.test("data says whose it is, how much, and whether it is the last", () => {
  const length = 0x01_0203;
  assert.deepEqual(dataHead({ streamId: 5, length, isLast: false }), bytes("00000005 00010203"));
  const last = dataHead({ streamId: 5, length, isLast: true });
  assert.deepEqual(last, bytes("00000005 01010203"));
  assert.equal(payloadLength(last), length);
});

Deno.test("a ping", () => assert.deepEqual(ping(2), bytes("80030006 00000004 00000002")));

const cases: readonly (readonly [frame: string, expected: Frame])[] = [
  ["00000003 00000002 6869", { kind: "Data", streamId: 3, bytes: bytes("6869"), isLast: false }],
  ["00000003 01000000", { kind: "Data", streamId: 3, bytes: bytes(""), isLast: true }],
  ["80030002 00000006 00000003 0000", { kind: "Reply", streamId: 3, isLast: false }],
  ["80030002 01000004 00000003", { kind: "Reply", streamId: 3, isLast: true }],
  ["80030003 00000008 00000003 00000005", { kind: "Reset", streamId: 3, status: 5 }],
  ["80030003 00000004 00000003", { kind: "Other" }],
  ["80030006 00000004 00000002", { kind: "Ping", id: 2 }],
  ["80030007 00000008 00000003 00000000", { kind: "GoAway" }],
  ["80030009 00000008 00000003 00010000", { kind: "Other" }],
  ["80030004 00000000", { kind: "Other" }],
];

for (const [text, expected] of cases) {
  Deno.test(`read: ${text}`, () => {
    const frame = bytes(text);
    assert.deepEqual(parseFrame(frame.subarray(0, 8), frame.subarray(8)), expected);
  });
}
