/** The far end of a SPDY connection: it reads header blocks as any server does, with zlib, and hands each stream to the test. */
import assert from "node:assert/strict";
import { constants, inflateSync } from "node:zlib";
import { dataHead } from "../../src/core/spdy/frames.ts";
import { readSome, type TakenConnection, writeAll } from "./streaming_server.ts";
import { createTestQueue } from "./test_queue.ts";

/** A stream that the client has opened. */
export interface TakenStream {
  readonly id: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the client writes next; null when it has ended. */
  next(): Promise<Uint8Array | null>;
  /** All that the client writes until it ends. */
  text(): Promise<string>;
  write(bytes: string | Uint8Array): Promise<void>;
  end(): Promise<void>;
  reset(): Promise<void>;
}

export interface SpdyServer {
  readonly head: string;
  /** The next stream that is opened; it is accepted. */
  stream(): Promise<TakenStream>;
  /** Those of a process, by their types, as soon as all of them are there. */
  streams(...types: readonly string[]): Promise<ReadonlyMap<string, TakenStream>>;
  /** Sends bytes as they are. */
  send(frame: Uint8Array): Promise<void>;
  /** The id of the next ping that the client sends. */
  ping(): Promise<number>;
  /** Resolves when the client has closed the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Agrees to the upgrade. */
export async function spdyServer(taken: TakenConnection): Promise<SpdyServer> {
  const { conn, head } = taken;
  await taken.answer();
  const opened = createTestQueue<TakenStream>();
  const written = new Map<number, ReturnType<typeof createTestQueue<Uint8Array | null>>>();
  const pings = createTestQueue<number>();
  const inflate = createInflate();

  async function onFrame(head: DataView, payload: Uint8Array): Promise<void> {
    const isLast = (head.getUint8(4) & 1) !== 0;
    if (head.getUint8(0) < 0x80) {
      const inbox = written.get(head.getUint32(0));
      if (payload.length > 0) inbox?.put(payload);
      if (isLast) inbox?.put(null);
      return;
    }
    if (head.getUint16(2) === 6) pings.put(new DataView(payload.buffer).getUint32(0));
    if (head.getUint16(2) !== 1) return;
    const id = new DataView(payload.buffer).getUint32(0);
    const headers = parseHeaders(inflate(payload.subarray(10)));
    written.set(id, createTestQueue());
    await writeAll(conn, controlFrame(2, [id]));
    opened.put(takenStream(id, headers));
  }

  function takenStream(id: number, headers: TakenStream["headers"]): TakenStream {
    const next = () => written.get(id)?.take() ?? Promise.resolve(null);
    const send = async (bytes: Uint8Array, isLast: boolean): Promise<void> => {
      const head = dataHead({ streamId: id, length: bytes.length, isLast });
      await writeAll(conn, new Uint8Array([...head, ...bytes]));
    };
    return {
      id,
      headers,
      next,
      async text() {
        let text = "";
        const decoder = new TextDecoder();
        for (let piece = await next(); piece !== null; piece = await next()) {
          text += decoder.decode(piece, { stream: true });
        }
        return text;
      },
      write: (bytes) =>
        send(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, false),
      end: () => send(new Uint8Array(), true),
      reset: () => writeAll(conn, controlFrame(3, [id, 5])),
    };
  }

  async function readFrames(): Promise<void> {
    for (;;) {
      const head = await readSome(conn, 8);
      if (head.length < 8) return;
      const view = new DataView(head.slice().buffer);
      await onFrame(view, (await readSome(conn, view.getUint32(4) & 0xff_ffff)).slice());
    }
  }

  return {
    head,
    stream: () => opened.take(),
    async streams(...types) {
      const streams: TakenStream[] = [];
      for (const type of types) {
        const stream = await opened.take();
        assert.equal(stream.headers["streamtype"], type);
        streams.push(stream);
      }
      return new Map(types.map((type, at) => [type, streams[at]!]));
    },
    send: (frame) => writeAll(conn, frame),
    ping: () => pings.take(),
    closed: readFrames().catch(() => {/* closed by the test */}),
    close: () => conn.close(),
  };
}

/** All blocks of a connection are one zlib stream. */
function createInflate(): (block: Uint8Array) => Uint8Array {
  let all = new Uint8Array();
  let before = 0;
  return (block) => {
    all = new Uint8Array([...all, ...block]);
    const text = inflateSync(all, { finishFlush: constants.Z_SYNC_FLUSH });
    const added = text.subarray(before);
    before = text.length;
    return Uint8Array.from(added);
  };
}

function parseHeaders(block: Uint8Array): Readonly<Record<string, string>> {
  const view = new DataView(block.buffer);
  let at = 0;
  const number = (): number => view.getUint32((at += 4) - 4);
  const text = (): string => {
    const length = number();
    return new TextDecoder().decode(block.subarray(at, at += length));
  };
  const count = number();
  const headers = Object.fromEntries(Array.from({ length: count }, () => [text(), text()]));
  assert.equal(at, block.length);
  return headers;
}

/** @param type 2 accepts a stream, 3 resets one, 6 is a ping */
export function controlFrame(type: number, words: readonly number[]): Uint8Array {
  const frame = new DataView(new ArrayBuffer(8 + 4 * words.length));
  frame.setUint16(0, 0x8003);
  frame.setUint16(2, type);
  frame.setUint32(4, 4 * words.length);
  words.forEach((word, index) => frame.setUint32(8 + 4 * index, word));
  return new Uint8Array(frame.buffer);
}
