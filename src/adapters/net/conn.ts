/** Connections over TCP and TLS, as channels of bytes. */
import type { ByteChannel } from "../../ports/byte_channel.ts";
import { messageOf } from "../../ports/errors.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";

/** The other end was reached, and TLS was not agreed upon. */
export class TlsFailed extends Error {
  override readonly name = "TlsFailed";
}

export interface TlsCredentials {
  /** PEM of authorities that are believed besides the public ones. */
  readonly ca?: string | undefined;
  /** PEM of our certificate and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

interface Address {
  /** An IPv6 address is without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Throws what the network has to say, or the signal's reason. */
export async function openTcp(
  { host, port }: Address,
  { signal }: { readonly signal: AbortSignal },
): Promise<ByteChannel> {
  const conn = await Deno.connect({ hostname: host, port, signal });
  conn.setNoDelay(true);
  return connChannel(conn);
}

/** Throws what the network has to say, or the signal's reason; TlsFailed for what ends the handshake. */
export async function openTls(
  { host, port }: Address,
  { credentials: { ca, cert, key }, signal }: {
    readonly credentials: TlsCredentials;
    readonly signal: AbortSignal;
  },
): Promise<ByteChannel> {
  const opening = Deno.connectTls({
    hostname: host,
    port,
    ...(ca !== undefined && { caCerts: [ca] }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
  });
  const conn = await orClosed(opening, signal);
  try {
    await orClosed(conn.handshake(), signal);
    return connChannel(conn);
  } catch (error) {
    close(conn);
    throw new TlsFailed(messageOf(error), { cause: error });
  }
}

/** What cannot be broken off goes on by itself, and is closed when it is there. */
async function orClosed<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await unlessAborted(work, signal);
  } catch (error) {
    work.then((made) => close(made), () => {});
    throw error;
  }
}

function close(made: unknown): void {
  try {
    (made as Partial<Deno.Conn>).close?.();
  } catch {
    // It was closed before.
  }
}

/** As Go's io.Copy: large enough for speed, and small enough that those who share a slow link wait for little. */
const chunkBytes = 32_768;

function connChannel(conn: Deno.Conn): ByteChannel {
  let spare: Uint8Array | null = null;
  return {
    async read() {
      const chunk = spare ?? new Uint8Array(chunkBytes);
      spare = null;
      const count = await conn.read(chunk);
      if (count === null) return null;
      if (2 * count > chunkBytes) return chunk.subarray(0, count);
      spare = chunk;
      return chunk.slice(0, count);
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    },
    close: () => close(conn),
  };
}
