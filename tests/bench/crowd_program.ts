/**
 * A crowd of clients: run as a program, `crowd_program.ts API_PORT NAMESPACE/POD/CONTAINER FOLLOWERS EXECS SECONDS SCRIPT`. Each reads
 * numbers that must count up by one. Prints what it has found as JSON.
 */
import { processProtocols, processQuery } from "../../src/cli/streams/remote_process.ts";
import { spdyConnection } from "../../src/cli/streams/spdy_connection.ts";
import { connStream } from "../../src/server/streams/conn_stream.ts";
import { askForUpgrade } from "../../src/server/streams/upgrade.ts";

export interface CrowdResult {
  readonly lines: number;
  /** Lines that are not the one after the line before. */
  readonly wrong: number;
  /** Streams that have ended by themselves or given nothing. */
  readonly brokenOff: number;
}

const [apiPort, target = "", followers, execs, seconds, script = ""] = Deno.args;
let lines = 0;
let wrong = 0;
let brokenOff = 0;
let isOver = false;

/** Looks at each number that comes in pieces of text. */
function counter(): (piece: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  let last: number | undefined;
  return (piece) => {
    const parts = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const number = Number(part);
      if (last !== undefined && number !== last + 1) wrong += 1;
      last = number;
      lines += 1;
    }
  };
}

/** Reads until the time is over. */
async function watch(open: () => Promise<AsyncIterable<Uint8Array>>): Promise<void> {
  let pieces = 0;
  try {
    const count = counter();
    for await (const piece of await open()) {
      pieces += 1;
      count(piece);
    }
  } catch (error) {
    if (!isOver) console.error(error);
  }
  if (!isOver || pieces === 0) brokenOff += 1;
}

const client = Deno.createHttpClient({ http2: false, poolMaxIdlePerHost: 0 });
const over = new AbortController();

async function follow(): Promise<AsyncIterable<Uint8Array>> {
  const url = `https://127.0.0.1:${apiPort}/containerLogs/${target}?follow=true&tailLines=1`;
  const { body, ok, status } = await fetch(url, { client, signal: over.signal });
  if (!ok || body === null) throw new Error(`no log: ${status}`);
  return body;
}

async function exec(): Promise<AsyncIterable<Uint8Array>> {
  const conn = await Deno.connectTls({ hostname: "127.0.0.1", port: Number(apiPort) });
  over.signal.addEventListener("abort", () => conn.close());
  const streams = { stdin: false, stdout: true, stderr: false, tty: false };
  const query = processQuery(streams, ["sh", "-c", script]);
  const answer = await askForUpgrade(conn, {
    method: "POST",
    target: `/exec/${target}?${query}`,
    headers: [
      ["Host", "node"],
      ["Connection", "Upgrade"],
      ["Upgrade", "SPDY/3.1"],
      ["X-Stream-Protocol-Version", processProtocols[0]],
    ],
  });
  if (answer.status !== 101) throw new Error(`no exec: ${answer.status}`);
  const connection = spdyConnection(connStream(conn, answer.rest));
  await connection.open({ streamtype: "error" });
  const output = await connection.open({ streamtype: "stdout" });
  return piecesOf(output.read);
}

async function* piecesOf(read: () => Promise<Uint8Array | null>): AsyncGenerator<Uint8Array> {
  for (let piece = await read(); piece !== null; piece = await read()) yield piece;
}

const watching = [
  ...Array.from({ length: Number(followers) }, () => watch(follow)),
  ...Array.from({ length: Number(execs) }, () => watch(exec)),
];
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
isOver = true;
over.abort();
await Promise.race([
  Promise.all(watching),
  new Promise((resolve) => setTimeout(resolve, 10_000)),
]);
const result: CrowdResult = { lines, wrong, brokenOff };
console.log(JSON.stringify(result));
Deno.exit(0);
