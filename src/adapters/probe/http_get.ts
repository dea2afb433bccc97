/** One GET of a probe or a hook, with the redirects that it follows. */
import { Buffer } from "node:buffer";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { HttpAnswer } from "../../core/probe/answer.ts";
import {
  headerOf,
  type HttpHeader,
  type HttpRequest,
  urlOf,
} from "../../core/probe/http_request.ts";
import { redirectOf } from "../../core/probe/redirect.ts";
import type { ProbeLimits } from "../../ports/probes.ts";
import { type Limited, withLimits } from "./limits.ts";
import { brokenText, codeOf, dialText } from "./network_error.ts";

/** The most that is kept of a body, in bytes. */
const maxBodyBytes = 10 * 1024;

/** As {@linkcode Probes.httpGet} has it. */
export async function httpGet(request: HttpRequest, limits: ProbeLimits): Promise<HttpAnswer> {
  return await withLimits(limits, async (limited) => {
    let next = request;
    for (let requests = 1;; requests++) {
      const { location, ...answer } = await getOnce(next, limited);
      if (answer.kind !== "Answered") return answer;
      const redirect = redirectOf({ ...answer, location }, { request: next, requests });
      if (redirect.kind === "None") return answer;
      if (redirect.kind === "Refused") return { kind: "Failed", message: redirect.message };
      next = redirect.request;
    }
  });
}

type Once = HttpAnswer & { readonly location?: string | undefined };

function getOnce(request: HttpRequest, limited: Limited): Promise<Once> {
  return new Promise((resolve) => {
    const exchange: Exchange = { request, limited, isSecure: false };
    const fail = (error: unknown): void => resolve(failure(error, exchange));
    try {
      const call = send(request, limited.signal);
      call.on("socket", (socket) => {
        socket.once("secureConnect", () => exchange.isSecure = true);
      });
      call.on("error", (error) => {
        // After the answer has begun its own end tells.
        if (exchange.response === undefined) fail(error);
      });
      call.on("response", (response) => {
        exchange.response = response;
        resolve(readAnswer(response, exchange).finally(() => call.destroy()));
      });
      call.end();
    } catch (error) {
      fail(error);
    }
  });
}

/** One request under way. */
interface Exchange {
  readonly request: HttpRequest;
  readonly limited: Limited;
  /** The connection speaks TLS. */
  isSecure: boolean;
  response?: http.IncomingMessage;
}

/** `agent: false` gives each request a connection of its own, and no proxy. */
function send(request: HttpRequest, signal: AbortSignal): http.ClientRequest {
  const { scheme, host, port, path, headers } = request;
  const options = { host, port, path, signal, agent: false, headers: sentHeaders(headers) };
  if (scheme === "http") return http.request(options);
  // Not the Host header's name: that is for the server behind the connection.
  const servername = isIP(host) === 0 ? host : "";
  return https.request({ ...options, servername, rejectUnauthorized: false });
}

/** What belongs to the connection is not the probe's to say. */
const ownHeaders: readonly string[] = ["content-length", "transfer-encoding", "trailer", "host"];

function sentHeaders(headers: readonly HttpHeader[]): Record<string, string | string[]> {
  const sent: Record<string, string[]> = {};
  for (const { name, value } of headers) {
    const lower = name.toLowerCase();
    if (!ownHeaders.includes(lower)) sent[lower] = [...(sent[lower] ?? []), value];
  }
  const host = headerOf(headers, "host");
  return {
    ...sent,
    connection: [...(sent["connection"] ?? []), "close"],
    ...(host ? { host } : {}),
  };
}

async function readAnswer(response: http.IncomingMessage, exchange: Exchange): Promise<Once> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      const piece: Uint8Array = chunk;
      chunks.push(piece.slice(0, maxBodyBytes - length));
      length += piece.length;
      if (length >= maxBodyBytes) break;
    }
  } catch (error) {
    return { kind: "CutOff", message: cutOffText(error, exchange) };
  }
  const { statusCode: status = 0, headers } = response;
  const body = Buffer.concat(chunks).toString();
  return { kind: "Answered", status, body, location: headers.location };
}

function cutOffText(error: unknown, { request, limited }: Exchange): string {
  if (limited.isTimeout()) {
    return "context deadline exceeded (Client.Timeout or context cancellation while reading body)";
  }
  return codeOf(error) === "ECONNRESET" ? "unexpected EOF" : brokenText(error, request);
}

function failure(error: unknown, exchange: Exchange): HttpAnswer {
  const { request } = exchange;
  const url = `Get ${JSON.stringify(urlOf(request))}`;
  // Deno's TLS says so of anything that is not TLS; who speaks HTTP is by far the likeliest.
  if (codeOf(error) === "ERR_SSL_WRONG_VERSION_NUMBER") {
    const message = `${url}: http: server gave HTTP response to HTTPS client`;
    return { kind: "PlainHttp", message };
  }
  return { kind: "Failed", message: `${url}: ${failureText(error, exchange)}` };
}

function failureText(error: unknown, { request, limited, isSecure }: Exchange): string {
  if (limited.isTimeout()) {
    const shaking = request.scheme === "https" && !isSecure;
    const what = shaking
      ? "net/http: request canceled while waiting for connection"
      : "context deadline exceeded";
    return `${what} (Client.Timeout exceeded while awaiting headers)`;
  }
  if (codeOf(error).startsWith("HPE_")) {
    return "net/http: HTTP/1.x transport connection broken: malformed HTTP response";
  }
  if (codeOf(error) === "ERR_INVALID_CHAR") return "net/http: invalid header field value";
  return dialText(error, request) ?? brokenText(error, request);
}
