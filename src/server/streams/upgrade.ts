/** Asks an HTTP server to hand over the connection for another protocol, and reads what it says to that. */
import { type Conn, writeAll } from "./conn_stream.ts";

export interface UpgradeAsk {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** In their order; names may come more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The head of an answer, and what came behind it. */
export interface UpgradeAnswer {
  readonly status: number;
  /** Names in lower case; the last of several wins. */
  readonly headers: ReadonlyMap<string, string>;
  /** The head as it came, with the empty line at its end. */
  readonly raw: Uint8Array;
  readonly rest: Uint8Array;
}

const longestHeadBytes = 64 * 1024;

/** Throws where the connection breaks, or what comes is no answer. */
export async function askForUpgrade(conn: Conn, ask: UpgradeAsk): Promise<UpgradeAnswer> {
  const lines = ask.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = new TextEncoder().encode(`${ask.method} ${ask.target} HTTP/1.1\r\n${lines}\r\n`);
  await writeAll(conn, head);
  return await readAnswer(conn);
}

async function readAnswer(conn: Conn): Promise<UpgradeAnswer> {
  const buffer = new Uint8Array(longestHeadBytes);
  let length = 0;
  while (length < buffer.length) {
    const count = await conn.read(buffer.subarray(length));
    if (count === null) throw new Error("the connection was closed without an answer");
    length += count;
    const end = endOfHead(buffer.subarray(0, length));
    if (end !== null) return parse({ raw: buffer.slice(0, end), rest: buffer.slice(end, length) });
  }
  throw new Error("the answer's head is too long");
}

function endOfHead(bytes: Uint8Array): number | null {
  const end = new TextDecoder("latin1").decode(bytes).indexOf("\r\n\r\n");
  return end < 0 ? null : end + "\r\n\r\n".length;
}

function parse(read: Pick<UpgradeAnswer, "raw" | "rest">): UpgradeAnswer {
  const [first = "", ...lines] = new TextDecoder("latin1").decode(read.raw).split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw new Error("what was answered is not HTTP");
  const headers = lines.flatMap((line): readonly [string, string][] => {
    const colon = line.indexOf(":");
    return colon < 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return { ...read, status: Number(status), headers: new Map(headers) };
}
