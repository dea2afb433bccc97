/** Frames of a WebSocket, as its client writes and reads them. @see RFC 6455, section 5 */
import { concat } from "../bytes.ts";
import { failure, type Result, success } from "../result.ts";

export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

export interface Frame {
  readonly opcode: number;
  /** The last frame of its message. */
  readonly isLast: boolean;
  readonly payload: Uint8Array;
}

const lastBit = 0x80;
const maskBit = 0x80;
/** Longer payloads have their length in two bytes more, or in eight. */
const shortest = 126;
const longestOfTwo = 0xffff;
const longestControl = 125;

/** A whole message in one frame; `mask` are four bytes of chance, which every client owes to the proxies on its way. */
export function clientFrame(
  { opcode, payload, mask }: {
    readonly opcode: number;
    readonly payload: Uint8Array;
    readonly mask: Uint8Array;
  },
): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const extra = length < shortest ? 0 : length <= longestOfTwo ? 2 : 8;
  const frame = new Uint8Array(2 + extra + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = lastBit | opcode;
  frame[1] = maskBit | (extra === 0 ? length : extra === 2 ? shortest : shortest + 1);
  if (extra === 2) view.setUint16(2, length);
  if (extra === 8) view.setBigUint64(2, BigInt(length));
  frame.set(mask, 2 + extra);
  frame.set(payload, 2 + extra + 4);
  applyMask(frame, { from: 2 + extra + 4, mask });
  return frame;
}

/** Four bytes at once where they lie so that this can be: most of a transfer does. */
function applyMask(
  frame: Uint8Array<ArrayBuffer>,
  { from, mask }: { readonly from: number; readonly mask: Uint8Array },
): void {
  let at = from;
  if (from % 4 === 0) {
    const words = new Uint32Array(frame.buffer, from, Math.floor((frame.length - from) / 4));
    const [word = 0] = new Uint32Array(mask.slice().buffer);
    for (let index = 0; index < words.length; index++) words[index]! ^= word;
    at += 4 * words.length;
  }
  for (; at < frame.length; at++) frame[at]! ^= mask[(at - from) % 4]!;
}

export interface FrameReader {
  /** Takes what came, and gives the frames that are complete with it. What comes after a failure is not read. */
  read(chunk: Uint8Array): Result<readonly Frame[]>;
}

interface Head {
  readonly frame: Omit<Frame, "payload">;
  readonly headBytes: number;
  readonly payloadBytes: number;
}

/** Holds no more than one frame of `maxBytes`; a longer one is a failure as soon as its head is there. */
export function createFrameReader({ maxBytes }: { readonly maxBytes: number }): FrameReader {
  let chunks: Uint8Array[] = [];
  let held = 0;
  /** Bytes without which nothing can be read. */
  let needed = 2;

  function read(chunk: Uint8Array): Result<readonly Frame[]> {
    chunks.push(chunk);
    held += chunk.length;
    if (held < needed) return success([]);
    let bytes = concat(chunks);
    const frames: Frame[] = [];
    for (;;) {
      const head = readHead(bytes, maxBytes);
      if (typeof head === "string") return failure(head);
      needed = typeof head === "number" ? head : head.headBytes + head.payloadBytes;
      if (typeof head === "number" || bytes.length < needed) break;
      frames.push({ ...head.frame, payload: bytes.subarray(head.headBytes, needed) });
      bytes = bytes.subarray(needed);
    }
    chunks = bytes.length === 0 ? [] : [bytes];
    held = bytes.length;
    return success(frames);
  }

  return { read };
}

/** Gives how many bytes are needed where they are not all there, and what is wrong as a text. */
function readHead(bytes: Uint8Array, maxBytes: number): Head | number | string {
  if (bytes.length < 2) return 2;
  const [first = 0, second = 0] = bytes;
  const short = second & ~maskBit;
  const headBytes = 2 + (short < shortest ? 0 : short === shortest ? 2 : 8);
  if (bytes.length < headBytes) return headBytes;
  const opcode = first & 0x0f;
  const isLast = (first & lastBit) !== 0;
  const payloadBytes = lengthOf(bytes, short);
  if ((first & 0x70) !== 0) return "a frame uses an extension that was not agreed on";
  if ((second & maskBit) !== 0) return "a frame of the server is masked";
  const isControl = opcode >= opcodes.close;
  if (isControl && (!isLast || payloadBytes > longestControl)) {
    return "a control frame is too long or in parts";
  }
  if (payloadBytes > maxBytes) return `a frame of ${payloadBytes} bytes is longer than ${maxBytes}`;
  return { frame: { opcode, isLast }, headBytes, payloadBytes };
}

function lengthOf(bytes: Uint8Array, short: number): number {
  if (short < shortest) return short;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return short === shortest ? view.getUint16(2) : Number(view.getBigUint64(2));
}
