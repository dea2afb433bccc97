/** GET /logs/…: the machine's own logs, as Go's http.FileServer shows a folder. */
import { Forbidden } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { LogEntry, SystemLog, SystemLogs } from "../../ports/system_logs.ts";
import { bodyStream } from "../body_stream.ts";
import { httpError } from "./answers.ts";
import { type ByteRange, parseRange } from "./byte_range.ts";

export interface SystemLogRequest {
  /** After `/logs/`; clean. */
  readonly path: string;
  /** With the question mark, for a redirect; "" where there is none. */
  readonly search: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
}

export interface SystemLogDeps {
  readonly logs: SystemLogs;
  readonly log: Log;
}

export async function systemLog(
  request: SystemLogRequest,
  { logs, log }: SystemLogDeps,
): Promise<Response> {
  const { path, search } = request;
  if (path.endsWith("/index.html") || path === "index.html") return moved(`./${search}`);
  const name = path.replace(/\/$/, "");
  const found = await lookup(name, logs);
  if (found instanceof Response) return found;
  const elsewhere = otherName({ path, isDirectory: found.kind === "Directory" });
  if (elsewhere !== null) return moved(elsewhere + search);
  if (isUnchanged(request.headers, found.modified)) return new Response(null, { status: 304 });
  return found.kind === "Directory" ? listing(found) : await file(found, { ...request, log });
}

async function lookup(path: string, logs: SystemLogs): Promise<SystemLog | Response> {
  try {
    return await logs.at(path) ?? httpError({ status: 404, text: "404 page not found" });
  } catch (error) {
    if (error instanceof Forbidden) return httpError({ status: 403, text: "403 Forbidden" });
    return httpError({ status: 500, text: "500 Internal Server Error" });
  }
}

/** A directory's name ends in a slash, a file's does not; null where it is so. */
function otherName(
  { path, isDirectory }: { readonly path: string; readonly isDirectory: boolean },
): string | null {
  if (path === "" || path.endsWith("/") === isDirectory) return null;
  const base = inPath(path.split("/").findLast((part) => part !== "") ?? "");
  return isDirectory ? `${base}/` : `../${base}`;
}

function moved(location: string): Response {
  return new Response(null, { status: 301, headers: { location } });
}

/** The header knows whole seconds only. */
function isUnchanged(headers: Headers, modified: number): boolean {
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return Math.floor(modified / 1_000) * 1_000 <= since;
}

function lastModified(modified: number): Readonly<Record<string, string>> {
  return { "last-modified": new Date(modified).toUTCString() };
}

function listing(
  { entries, modified }: Extract<SystemLog, { readonly kind: "Directory" }>,
): Response {
  const head = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n';
  return new Response(`${head}${entries.map(line).join("")}</pre>\n`, {
    headers: { "content-type": "text/html; charset=utf-8", ...lastModified(modified) },
  });
}

function line({ name, isDirectory }: LogEntry): string {
  const slash = isDirectory ? "/" : "";
  // As Go does it: a colon before the first slash would read as a scheme.
  const prefix = name.includes(":") ? "./" : "";
  return `<a href="${prefix}${inPath(name)}${slash}">${escaped(name)}${slash}</a>\n`;
}

/** Go leaves other characters of a path as they are than JavaScript does. */
function inPath(name: string): string {
  return encodeURIComponent(name)
    .replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent)
    .replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

async function file(
  found: Extract<SystemLog, { readonly kind: "File" }>,
  { headers, signal, log }: SystemLogRequest & Pick<SystemLogDeps, "log">,
): Promise<Response> {
  const { size, modified } = found;
  const range = parseRange(headers.get("range"), size);
  if (range === null) {
    return httpError(
      { status: 416, text: "invalid range: failed to overlap" },
      { "content-range": `bytes */${size}` },
    );
  }
  const { start, end } = range ?? { start: 0, end: size };
  const type = await contentType(found);
  const open = () => found.read({ start, end });
  const body = await bodyStream({ open, stop: signal, log });
  return new Response(body, {
    status: range === undefined ? 200 : 206,
    headers: {
      "accept-ranges": "bytes",
      "content-type": type,
      "content-length": String(end - start),
      ...(range !== undefined && { "content-range": contentRange(range, size) }),
      ...lastModified(modified),
    },
  });
}

function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}

/** Of what Go looks at. */
const sniffedBytes = 512;

/** Text, what gzip has made, or just bytes: logs are nothing else. */
async function contentType(
  found: Extract<SystemLog, { readonly kind: "File" }>,
): Promise<string> {
  const end = Math.min(sniffedBytes, found.size);
  for await (const bytes of found.read({ start: 0, end })) {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) return "application/x-gzip";
    if (bytes.some(isBinary)) return "application/octet-stream";
  }
  return "text/plain; charset=utf-8";
}

/** @see https://mimesniff.spec.whatwg.org/#binary-data-byte */
function isBinary(byte: number): boolean {
  return byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) ||
    (byte >= 0x1c && byte <= 0x1f);
}
