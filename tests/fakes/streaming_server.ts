/** A streaming server on loopback as a runtime has one: it takes connections over for whatever protocol, and a test has the other end. */
import assert from "node:assert/strict";
import { createTestQueue } from "./test_queue.ts";

/** A connection that has come in. */
export interface TakenConnection {
  /** First line and headers of the request, as they came. */
  readonly head: string;
  readonly conn: Deno.Conn;
  /** Answers the request: `101 Switching Protocols` unless told otherwise. */
  answer(text?: string): Promise<void>;
  /** Reads so many bytes, or fewer where the connection ends. */
  read(bytes: number): Promise<Uint8Array>;
}

export interface FakeStreamingServer extends AsyncDisposable {
  readonly url: URL;
  /** The next connection that comes, with its request read. */
  next(): Promise<TakenConnection>;
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" +
  "Upgrade: SPDY/3.1\r\n\r\n";

export function startStreamingServer(): FakeStreamingServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken = createTestQueue<TakenConnection>();
  const all: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      all.push(conn);
      taken.put(await takenConnection(conn));
    }
  })();
  return {
    url: new URL(`http://127.0.0.1:${listener.addr.port}/exec/token`),
    next: () => taken.take(),
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const conn of all) closeQuietly(conn);
    },
  };
}

async function takenConnection(conn: Deno.Conn): Promise<TakenConnection> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) head += new TextDecoder().decode(await readSome(conn, 1));
  return {
    head,
    conn,
    answer: (text = switching) => writeAll(conn, new TextEncoder().encode(text)),
    read: (bytes) => readSome(conn, bytes),
  };
}

/** Reads so many bytes, or fewer where the connection ends. */
export async function readSome(conn: Pick<Deno.Conn, "read">, bytes: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(bytes);
  let length = 0;
  while (length < bytes) {
    const count = await conn.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

/** Reads to the end of the connection. */
export async function readText(conn: Pick<Deno.Conn, "read">): Promise<string> {
  const bytes = await readSome(conn, 1 << 20);
  assert.ok(bytes.length < 1 << 20, "too much to read");
  return new TextDecoder().decode(bytes);
}

export async function writeAll(conn: Pick<Deno.Conn, "write">, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

export function closeQuietly(conn: Pick<Deno.Conn, "close">): void {
  try {
    conn.close();
  } catch {
    // It was closed by the test.
  }
}
