/** A SPDY connection as a client has it: streams that are opened, written and read over one byte stream. */
import {
  dataHead,
  type Frame,
  frameHeadBytes,
  longestPayload,
  parseFrame,
  payloadLength,
  ping,
  synStream,
} from "../../core/spdy/frames.ts";
import type { ByteStream } from "../../server/streams/byte_stream.ts";

export interface SpdyStream {
  /** The next bytes, good until the next call; null at the end. A stream that is not read holds up all of its connection. */
  read(): Promise<Uint8Array | null>;
  /** Resolves when the connection has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing more will be written. */
  end(): Promise<void>;
}

export interface SpdyConnection {
  /** @param headers names in lower case */
  open(headers: Readonly<Record<string, string>>): Promise<SpdyStream>;
  close(): void;
}

/** What a stream has got and nobody has read yet. */
interface Inbox {
  /** Resolves when it has been read; a second piece waits for that. */
  put(bytes: Uint8Array): Promise<void>;
  end(): void;
  read(): Promise<Uint8Array | null>;
}

/** A reset stream reads as one that has ended; a lost connection ends all streams. */
export function spdyConnection(bytes: ByteStream): SpdyConnection {
  const inboxes = new Map<number, Inbox>();
  let lastId = -1;
  let isLost = false;
  /** Frames are written one after another. */
  let writing: Promise<void> = Promise.resolve();

  function send(...pieces: readonly Uint8Array[]): Promise<void> {
    const sent = writing.then(async () => {
      for (const piece of pieces) await bytes.write(piece);
    });
    writing = sent.catch(() => {});
    return sent;
  }

  async function handle(frame: Frame): Promise<void> {
    switch (frame.kind) {
      case "Data": {
        const inbox = inboxes.get(frame.streamId);
        if (frame.bytes.length > 0) await inbox?.put(frame.bytes);
        if (frame.isLast) inbox?.end();
        return;
      }
      case "Reply":
        if (frame.isLast) inboxes.get(frame.streamId)?.end();
        return;
      case "Reset":
        return inboxes.get(frame.streamId)?.end();
      case "Ping":
        // Our own pings have odd numbers, and there are none.
        return frame.id % 2 === 0 ? await send(ping(frame.id)) : undefined;
      case "GoAway":
      case "Other":
        return;
    }
  }

  async function readFrames(): Promise<void> {
    const read = frameReader(bytes);
    for (let frame = await read(); frame !== null; frame = await read()) await handle(frame);
  }

  void readFrames().catch(() => {/* lost: the same as an end */}).finally(() => {
    isLost = true;
    for (const inbox of inboxes.values()) inbox.end();
  });

  return {
    async open(headers) {
      const streamId = lastId += 2;
      const inbox = createInbox();
      if (isLost) inbox.end();
      inboxes.set(streamId, inbox);
      await send(synStream({ streamId, headers, isFirst: streamId === 1 }));
      return {
        read: () => inbox.read(),
        async write(data) {
          for (let at = 0; at < data.length; at += longestPayload) {
            const piece = data.subarray(at, at + longestPayload);
            const head = dataHead({ streamId, length: piece.length, isLast: false });
            await send(head, piece);
          }
        },
        end: () => send(dataHead({ streamId, length: 0, isLast: true })),
      };
    },
    close: () => bytes.close(),
  };
}

function createInbox(): Inbox {
  let piece: Uint8Array | null = null;
  let isEnded = false;
  let onRead = (): void => {};
  let onChange = (): void => {};
  return {
    put(bytes) {
      piece = bytes;
      onChange();
      return new Promise((resolve) => onRead = resolve);
    },
    end() {
      isEnded = true;
      onChange();
      onRead();
    },
    async read() {
      // Whoever asks for more is through with what he had.
      onRead();
      while (piece === null && !isEnded) {
        await new Promise<void>((resolve) => onChange = resolve);
      }
      const bytes = piece;
      piece = null;
      return bytes;
    },
  };
}

/** Gives one frame after another, null at the end. The payload of a frame is good until the next is asked for. */
function frameReader(bytes: ByteStream): () => Promise<Frame | null> {
  let rest: Uint8Array = new Uint8Array();

  /** Null where the connection ends before. */
  async function take(count: number): Promise<Uint8Array | null> {
    if (rest.length >= count) return split(count);
    const whole = new Uint8Array(count);
    let length = 0;
    while (length < count) {
      const piece = rest.length > 0 ? rest : await bytes.read();
      if (piece === null) return null;
      const part = piece.subarray(0, count - length);
      whole.set(part, length);
      length += part.length;
      rest = piece.subarray(part.length);
    }
    return whole;
  }

  function split(count: number): Uint8Array {
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  }

  return async () => {
    const taken = await take(frameHeadBytes);
    if (taken === null) return null;
    // The buffer that it lies in may be filled anew for the payload.
    const head = taken.slice();
    const payload = await take(payloadLength(head));
    return payload === null ? null : parseFrame(head, payload);
  };
}
