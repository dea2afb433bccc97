/** Connects to the runtime's streaming server and asks it to take a client's connection over. */
import type { IncomingMessage } from "node:http";
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import { withoutTokens } from "../auth/bearer_token.ts";
import { closeConn } from "./conn_stream.ts";
import type { StreamRefusal } from "./stream_refusal.ts";
import { askForUpgrade, type UpgradeAnswer, type UpgradeAsk } from "./upgrade.ts";

/** Either a connection that speaks the client's protocol from now on, or what the client is to be told. */
export type RuntimeAnswer =
  | { readonly kind: "Open"; readonly conn: Deno.Conn; readonly answer: UpgradeAnswer }
  | StreamRefusal;

export interface RuntimeStreamOptions {
  /** The client's request. */
  readonly message: IncomingMessage;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The runtime answers from memory. */
const answerMs = 30 * second;

/** Never rejects for anything that the runtime does. */
export async function openRuntimeStream(
  url: URL,
  options: RuntimeStreamOptions,
): Promise<RuntimeAnswer> {
  const { clock, signal } = options;
  const late = new AbortController();
  const timer = clock.after(answerMs, () => late.abort(new Error("no answer in time")));
  try {
    return await open(url, { ...options, signal: AbortSignal.any([signal, late.signal]) });
  } catch (error) {
    const reason = messageOf(late.signal.aborted ? late.signal.reason : error);
    const text = `error dialing the runtime's streaming server: ${reason}\n`;
    return { kind: "Refused", status: 500, text };
  } finally {
    timer.cancel();
  }
}

async function open(
  url: URL,
  { message, signal }: Omit<RuntimeStreamOptions, "clock">,
): Promise<RuntimeAnswer> {
  const conn = await connect(url, signal);
  const close = (): void => closeConn(conn);
  signal.addEventListener("abort", close, { once: true });
  try {
    const answer = await askForUpgrade(conn, askOf(message, url));
    if (answer.status === 101) return { kind: "Open", conn, answer };
    const refusal = await refusalOf(answer, conn);
    close();
    return refusal;
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/**
 * The runtime is on this machine and says itself where it answers, so its word is taken for host and scheme. A certificate must
 * be one that the machine's authorities vouch for, as for the kubelet.
 */
async function connect(url: URL, signal: AbortSignal): Promise<Deno.Conn> {
  const isTls = url.protocol === "https:";
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(url.port) || (isTls ? 443 : 80);
  const conn = isTls
    ? await Deno.connectTls({ hostname, port })
    : await Deno.connect({ hostname, port, signal });
  if (!signal.aborted) return conn;
  conn.close();
  throw signal.reason;
}

/** Headers that are between two neighbours, or that would make the runtime wait for a body. @see RFC 9110, section 7.6.1 */
const keptFromRuntime = new Set([
  "authorization",
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
]);

/**
 * Who the client is has been settled: the runtime gets no token of anybody, in whichever header it came. The other headers go
 * on as they came: some come more than once.
 */
function askOf({ method = "GET", rawHeaders }: IncomingMessage, url: URL): UpgradeAsk {
  const headers: [name: string, value: string][] = [["Host", url.host], ["Connection", "Upgrade"]];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const forwarded = forwardedValue({ name: name.toLowerCase(), value });
    if (forwarded !== null) headers.push([name, forwarded]);
  }
  return { method, target: `${url.pathname}${url.search}`, headers };
}

/** Null where the runtime is not to see the header. */
function forwardedValue(
  { name, value }: { readonly name: string; readonly value: string },
): string | null {
  if (name === "sec-websocket-protocol") return withoutTokens(value) || null;
  return keptFromRuntime.has(name) ? null : value;
}

const longestRefusalBytes = 64 * 1024;

/** What the runtime has against it, in its own words. */
async function refusalOf(answer: UpgradeAnswer, conn: Deno.Conn): Promise<StreamRefusal> {
  const { status, headers } = answer;
  if (status < 400) {
    return {
      kind: "Refused",
      status: 500,
      text: `invalid upgrade response: status code ${status}\n`,
    };
  }
  const announced = Number(headers.get("content-length") ?? Infinity);
  const text = await readText(conn, { rest: answer.rest, length: announced });
  return { kind: "Refused", status, text };
}

async function readText(
  conn: Deno.Conn,
  { rest, length }: { readonly rest: Uint8Array; readonly length: number },
): Promise<string> {
  const body = new Uint8Array(longestRefusalBytes);
  const wanted = Math.min(body.length, length);
  body.set(rest.subarray(0, wanted));
  let read = Math.min(rest.length, wanted);
  while (read < wanted) {
    const count = await conn.read(body.subarray(read, wanted));
    if (count === null) break;
    read += count;
  }
  return new TextDecoder().decode(body.subarray(0, read));
}
