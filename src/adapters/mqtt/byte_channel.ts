/** The bytes between us and a broker: over TCP, TLS or WebSockets. Reading waits for the reader, so nothing gathers here. */
import type { BrokerUrl } from "../../core/broker/broker_url.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Credentials } from "./settings.ts";
import { openWebSocket } from "./web_socket.ts";

export interface ByteChannel {
  /** Null at the end. */
  read(): Promise<Uint8Array | null>;
  write(bytes: Uint8Array): Promise<void>;
  /** Idempotent; reads and writes under way end. */
  close(): void;
}

/** The broker was reached, and TLS was not agreed upon. */
export class TlsFailed extends Error {
  override readonly name = "TlsFailed";
}

/** Throws what the network or the WebSocket has to say, or the signal's reason; TlsFailed for what ends the handshake of `mqtts`. */
export async function openChannel(
  url: BrokerUrl,
  { credentials, signal, maxBytes }: {
    readonly credentials: Credentials;
    readonly signal: AbortSignal;
    /** What may lie unread of a WebSocket, which cannot wait for its reader. */
    readonly maxBytes: number;
  },
): Promise<ByteChannel> {
  if (url.scheme === "ws" || url.scheme === "wss") {
    return await openWebSocket(url, { credentials, signal, maxBytes });
  }
  if (url.scheme === "mqtts") return connChannel(await openTls(url, { credentials, signal }));
  const conn = await Deno.connect({ hostname: url.host, port: url.port, signal });
  conn.setNoDelay(true);
  return connChannel(conn);
}

async function openTls(
  { host, port }: BrokerUrl,
  { credentials: { ca, cert, key }, signal }: {
    readonly credentials: Credentials;
    readonly signal: AbortSignal;
  },
): Promise<Deno.TlsConn> {
  const opening = Deno.connectTls({
    hostname: host,
    port,
    ...(ca !== undefined && { caCerts: [ca] }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
  });
  const conn = await unlessAborted(opening, signal);
  try {
    await unlessAborted(conn.handshake(), signal);
    return conn;
  } catch (error) {
    close(conn);
    throw new TlsFailed(messageOf(error), { cause: error });
  }
}

/** What cannot be broken off goes on by itself, and is closed when it is there. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    work.then((made) => close(made), () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function close(made: unknown): void {
  try {
    (made as Partial<Deno.Conn>).close?.();
  } catch {
    // It was closed before.
  }
}

const chunkBytes = 16_384;

function connChannel(conn: Deno.Conn): ByteChannel {
  return {
    async read() {
      const chunk = new Uint8Array(chunkBytes);
      const count = await conn.read(chunk);
      return count === null ? null : chunk.slice(0, count);
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    },
    close: () => close(conn),
  };
}
