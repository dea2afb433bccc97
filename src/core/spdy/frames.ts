/**
 * Frames of SPDY/3.1, the protocol in which runtimes take streams into containers. Only what a client of theirs needs: what
 * the other side says in headers counts for nothing.
 * @see https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/
 */

/** What comes from the other side. */
export type Frame =
  | {
    readonly kind: "Data";
    readonly streamId: number;
    readonly bytes: Uint8Array;
    readonly isLast: boolean;
  }
  /** The stream is accepted. */
  | { readonly kind: "Reply"; readonly streamId: number; readonly isLast: boolean }
  | { readonly kind: "Reset"; readonly streamId: number; readonly status: number }
  | { readonly kind: "Ping"; readonly id: number }
  | { readonly kind: "GoAway" }
  /** Nothing that matters here. */
  | { readonly kind: "Other" };

const controlBit = 0x8000;
const version = 3;
const types = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const;
const fin = 0x01;

/** The longest payload that the frame's 24 bits can name. */
export const longestPayload = 0xff_ffff;

/** The bytes in front of a frame's payload. */
export const frameHeadBytes = 8;

/** The head of a data frame; `length` bytes of payload follow. */
export function dataHead(
  { streamId, length, isLast }: {
    readonly streamId: number;
    readonly length: number;
    readonly isLast: boolean;
  },
): Uint8Array {
  const head = new DataView(new ArrayBuffer(frameHeadBytes));
  head.setUint32(0, streamId);
  head.setUint32(4, (isLast ? fin << 24 : 0) | length);
  return new Uint8Array(head.buffer);
}

function controlFrame(
  { type, payload }: { readonly type: number; readonly payload: Uint8Array },
): Uint8Array {
  const frame = new Uint8Array(frameHeadBytes + payload.length);
  const head = new DataView(frame.buffer);
  head.setUint16(0, controlBit | version);
  head.setUint16(2, type);
  head.setUint32(4, payload.length);
  frame.set(payload, frameHeadBytes);
  return frame;
}

/**
 * Opens a stream. All header blocks of a connection are one zlib stream, whose first two bytes stand in the first of them;
 * its parts need not be compressed, and these are not. An empty part behind each makes the reader hand over what it has.
 */
export function synStream(
  { streamId, headers, isFirst }: {
    readonly streamId: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    /** On this connection. */
    readonly isFirst: boolean;
  },
): Uint8Array {
  const zlib = isFirst ? [0x78, 0x01] : [];
  const block = [...zlib, ...storedPart(headerBlock(headers)), ...storedPart([])];
  const payload = [...uint32(streamId), ...uint32(0), 0, 0, ...block];
  return controlFrame({ type: types.synStream, payload: Uint8Array.from(payload) });
}

/** Length, its complement, and the bytes as they are. @see RFC 1951, section 3.2.4 */
function storedPart(bytes: readonly number[]): readonly number[] {
  const { length } = bytes;
  return [0x00, ...uint16(length), ...uint16(~length), ...bytes];
}

/** Here alone the lower byte goes first. */
function uint16(value: number): readonly number[] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

/** Count, then length and text of each name and each value. */
function headerBlock(headers: Readonly<Record<string, string>>): readonly number[] {
  const entries = Object.entries(headers);
  const texts = entries.flat().map((text) => new TextEncoder().encode(text));
  return [
    ...uint32(entries.length),
    ...texts.flatMap((text) => [...uint32(text.length), ...text]),
  ];
}

function uint32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** The answer to a ping is the ping. */
export function ping(id: number): Uint8Array {
  return controlFrame({ type: types.ping, payload: Uint8Array.from(uint32(id)) });
}

/** How long the payload behind a frame's head is. */
export function payloadLength(head: Uint8Array): number {
  return viewOf(head).getUint32(4) & longestPayload;
}

/** @param head the eight bytes in front of the payload */
export function parseFrame(head: Uint8Array, payload: Uint8Array): Frame {
  const view = viewOf(head);
  const isLast = (view.getUint8(4) & fin) !== 0;
  const first = view.getUint16(0);
  if ((first & controlBit) === 0) {
    return { kind: "Data", streamId: view.getUint32(0), bytes: payload, isLast };
  }
  if (payload.length < 4) return { kind: "Other" };
  const id = viewOf(payload).getUint32(0);
  const streamId = id & 0x7fff_ffff;
  switch (view.getUint16(2)) {
    case types.synReply:
      return { kind: "Reply", streamId, isLast };
    case types.reset:
      return payload.length < 8
        ? { kind: "Other" }
        : { kind: "Reset", streamId, status: viewOf(payload).getUint32(4) };
    case types.ping:
      return { kind: "Ping", id };
    case types.goAway:
      return { kind: "GoAway" };
    default:
      return { kind: "Other" };
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
