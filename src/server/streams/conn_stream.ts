/** A connection of Deno's as a byte stream: all that is read passes through one buffer. */
import type { ByteStream } from "./byte_stream.ts";

/** What is used of a `Deno.Conn`. */
export type Conn = Pick<Deno.Conn, "read" | "write" | "close" | "closeWrite">;

const bufferBytes = 64 * 1024;

/** @param rest what was read from the connection already */
export function connStream(conn: Conn, rest: Uint8Array = new Uint8Array()): ByteStream {
  const buffer = new Uint8Array(bufferBytes);
  let first: Uint8Array | null = rest.length > 0 ? rest : null;
  return {
    async read() {
      const bytes = first;
      first = null;
      if (bytes !== null) return bytes;
      const count = await conn.read(buffer);
      return count === null ? null : buffer.subarray(0, count);
    },
    write: (bytes) => writeAll(conn, bytes),
    end: () => conn.closeWrite(),
    close: () => closeConn(conn),
  };
}

/** Idempotent, other than Deno's own. */
export function closeConn(conn: Pick<Conn, "close">): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** The system may take less at a time than it is given. */
export async function writeAll(conn: Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}
