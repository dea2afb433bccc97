/** A socket of a node:http or node:https server as a byte stream. */
import type { Duplex } from "node:stream";
import type { ByteStream } from "./byte_stream.ts";
import { readingOf } from "./socket_reading.ts";

/**
 * Takes the socket over. It must allow that one side ends before the other (`allowHalfOpen`).
 * @param head what came on it already
 */
export function socketStream(socket: Duplex, head: Uint8Array): ByteStream {
  const reading = readingOf(socket);
  const waiting: Uint8Array[] = head.length > 0 ? [head] : [];
  let handedOut: Uint8Array | undefined;
  let end: { readonly error: Error | null } | null = null;
  /** Wakes who waits for bytes. */
  let wake = (): void => {};
  /** Fails what is being written. */
  let fail = (_error: Error): void => {};

  function finish(error: Error | null): void {
    end ??= { error };
    wake();
    if (error !== null) fail(error);
  }

  socket.on("data", (bytes: Uint8Array) => {
    waiting.push(bytes);
    if (waiting.length > 1) reading.stop();
    wake();
  });
  socket.on("end", () => finish(null));
  socket.on("error", finish);
  socket.on("close", () => finish(lost()));

  return {
    async read() {
      while (waiting.length === 0 && end === null) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (handedOut !== undefined) release(handedOut);
      const bytes = handedOut = waiting.shift();
      if (waiting.length === 0 && end === null) reading.start();
      if (bytes !== undefined) return bytes;
      if (end?.error) throw end.error;
      return null;
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(lost());
        fail = reject;
        socket.write(bytes, (error) => error ? reject(error) : resolve());
      });
    },
    end() {
      return new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        fail = () => resolve();
        socket.end(() => resolve());
      });
    },
    close: () => void socket.destroy(),
  };
}

/**
 * Each piece comes in memory of its own, which the collector of garbage is in no hurry to find: it knows the small object
 * alone. Taking the memory away from it gives it back at once.
 */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

function lost(): Error {
  return new Error("the client has gone");
}
