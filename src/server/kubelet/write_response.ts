/** Sends an answer over a connection of node:http, no faster than the client takes it. */
import { once } from "node:events";
import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex, Writable } from "node:stream";
import type { Clock } from "../../ports/clock.ts";
import { endWith } from "../streams/end_with.ts";
import { socketStream } from "../streams/socket_stream.ts";

/** Of an answer to HEAD only the headers are sent. Resolves when it is sent, or when the client has gone. */
export async function writeResponse(
  answer: Response,
  { to, method }: { readonly to: ServerResponse; readonly method: string },
): Promise<void> {
  to.statusCode = answer.status;
  answer.headers.forEach((value, name) => to.setHeader(name, value));
  if (answer.body === null || method === "HEAD") {
    await answer.body?.cancel();
    to.end();
    return;
  }
  if (isStream(answer)) {
    // At once: who follows a log that says nothing yet wants to know that there is one.
    to.flushHeaders();
    await pipe(answer.body, { to, length: announcedLength(answer) });
    to.end();
  } else {
    const body = new Uint8Array(await answer.arrayBuffer());
    to.setHeader("content-length", body.byteLength);
    to.end(body);
  }
}

/** An answer says by these headers that it is not to be held in memory as a whole. */
function isStream({ headers }: Response): boolean {
  return headers.has("content-length") || headers.get("transfer-encoding") === "chunked";
}

/** Null where the headers leave it open. */
function announcedLength({ headers }: Response): number | null {
  const length = headers.get("content-length");
  return length === null ? null : Number(length);
}

/** Leaves the end to the caller; where the body is not whole, the connection is destroyed. */
async function pipe(
  body: ReadableStream<Uint8Array>,
  { to, length }: { readonly to: Writable; readonly length: number | null },
): Promise<void> {
  const reader = body.getReader();
  const gone = () => void reader.cancel("the client has gone").catch(() => {});
  // Who went before the answer began has been told of already.
  if (to.destroyed) return gone();
  to.once("close", gone);
  let sent = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      sent += next.value.byteLength;
      if (!to.write(next.value)) await room(to);
    }
    // A file may shrink meanwhile, and the next answer would be read as what is missing of this one.
    if (length !== null && sent !== length) throw new Error("the body has another length");
  } catch {
    // The answer has begun: only a connection that breaks off tells the client that it is not whole.
    to.destroy();
  } finally {
    to.off("close", gone);
  }
}

async function room(to: Writable): Promise<void> {
  if (to.destroyed || to.closed) return;
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(to, "drain", { signal }), once(to, "close", { signal })]);
  } finally {
    settled.abort();
  }
}

/** A connection as node:http leaves it for an upgrade. */
export interface BareConnection {
  readonly socket: Duplex;
  /** What came after the headers already. */
  readonly head: Uint8Array;
}

/**
 * Sends an answer over a bare connection, whose end is the answer's, and owns it until it is closed. Node closes none of these
 * by itself: it may stay half open as long as the client likes.
 */
export async function writeAndClose(
  answer: Response,
  { socket, head, clock }: BareConnection & { readonly clock: Clock },
): Promise<void> {
  const client = socketStream(socket, head);
  const start = headOf(answer);
  if (answer.body !== null && isStream(answer)) {
    socket.write(start);
    await pipe(answer.body, { to: socket, length: announcedLength(answer) });
    return await endWith(client, { clock });
  }
  const last = new Uint8Array(await new Blob([start, await answer.arrayBuffer()]).arrayBuffer());
  await endWith(client, { last, clock });
}

function headOf({ status, headers }: Response): string {
  const lines = [...headers]
    .filter(([name]) => !["connection", "transfer-encoding"].includes(name))
    .map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const first = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  return `${first}${lines}connection: close\r\n\r\n`;
}
