/** What happens to each request of a port: its path is read, the gate asked, and a route answers. */
import type { IncomingMessage } from "node:http";
import { concat } from "../../core/bytes.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { bearerToken, webSocketToken } from "../auth/bearer_token.ts";
import type { Gate } from "../auth/gate.ts";
import type { User } from "../auth/user.ts";
import { httpError, textAnswer } from "./answers.ts";
import type { ShownCertificate } from "./client_certificate.ts";
import { encodedPath, parseTarget, type RequestTarget } from "./request_target.ts";

/** The routes behind the gate. */
export interface Routes {
  fetch(request: Request): Response | Promise<Response>;
}

export interface HandlerDeps {
  readonly routes: Routes;
  /** Null: everybody may come in, as on the read-only port and that of the health checks. */
  readonly gate: Gate | null;
  /** What the connection's certificate says. */
  readonly certificate: (message: IncomingMessage) => ShownCertificate;
  readonly log: Log;
}

/** A request that has been let in. */
export interface Admitted {
  readonly target: RequestTarget;
  /** Null where there is no gate. */
  readonly user: User | null;
}

export interface RequestHandler {
  /** A response: the request got no further. */
  admit(message: IncomingMessage): Promise<Admitted | Response>;
  /** The route's answer; the signal aborts when the client goes away. */
  answer(message: IncomingMessage, admitted: Admitted, signal: AbortSignal): Promise<Response>;
}

export function createRequestHandler(
  { routes, gate, certificate, log }: HandlerDeps,
): RequestHandler {
  async function admit(message: IncomingMessage): Promise<Admitted | Response> {
    const refusal = unreadable(message);
    if (refusal !== null) return refusal;
    const parsed = parseTarget(message.url ?? "");
    if (parsed.kind === "Malformed") return textAnswer({ status: 400, text: "400 Bad Request" });
    if (parsed.kind === "Elsewhere") return redirect(parsed.location);
    const { target } = parsed;
    if (gate === null) return { target, user: null };
    const admission = await gate.admit({
      method: message.method ?? "",
      path: target.path,
      query: target.query,
      credentials: { ...certificate(message), token: tokenOf(message) },
      remoteAddress: remoteAddress(message),
    });
    if (admission.kind === "Admitted") return { target, user: admission.user };
    return textAnswer({ status: admission.status, text: admission.message });
  }

  async function answer(
    message: IncomingMessage,
    { target }: Admitted,
    signal: AbortSignal,
  ): Promise<Response> {
    if (target.isNowhere) return httpError({ status: 404, text: "404 page not found" });
    try {
      const body = await shortBody(message);
      return await routes.fetch(requestOf(message, { target, body, signal }));
    } catch (error) {
      log.warn("Request to the kubelet API failed", { path: target.path, err: error });
      return textAnswer({ status: 500, text: messageOf(error) });
    }
  }

  return { admit, answer };
}

/** More than any flag's value needs. */
const longestBody = 1_024;

/** Of a PUT the first bytes. Other bodies are not read: no other request of this API has one that counts. */
async function shortBody(message: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  if (message.method !== "PUT") return null;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of message.iterator({ destroyOnReturn: false })) {
    pieces.push(piece);
    length += piece.length;
    if (length >= longestBody) break;
  }
  return new Uint8Array(concat(pieces).subarray(0, longestBody));
}

interface ReadRequest {
  readonly target: RequestTarget;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
}

function requestOf(
  { method = "", headers }: IncomingMessage,
  { target, body, signal }: ReadRequest,
): Request {
  const query = target.query === "" ? "" : `?${target.query}`;
  const url = `https://node${encodedPath(target.path)}${query}`;
  const entries = Object.entries(headers)
    .flatMap(([name, value]) => typeof value === "string" ? [[name, value] as const] : []);
  return new Request(url, {
    method,
    headers: new Headers(entries.map((each) => [...each])),
    body,
    signal,
  });
}

/** What a proxy in front could read otherwise than we do is not read at all, in Go's words; no route knows these methods. */
function unreadable({ method = "", headers, rawHeaders }: IncomingMessage): Response | null {
  if (["CONNECT", "TRACE", "TRACK"].includes(method.toUpperCase())) {
    return textAnswer({ status: 405, text: "Method Not Allowed" });
  }
  if (countOf("host", rawHeaders) > 1) return textAnswer({ status: 400, text: "400 Bad Request" });
  const encoding = headers["transfer-encoding"];
  if (encoding === undefined || encoding.toLowerCase() === "chunked") return null;
  return textAnswer(
    { status: 501, text: "Unsupported transfer encoding" },
    { connection: "close" },
  );
}

/** @param rawHeaders names and values by turns */
function countOf(name: string, rawHeaders: readonly string[]): number {
  return rawHeaders.filter((each, at) => at % 2 === 0 && each.toLowerCase() === name).length;
}

function redirect(location: string): Response {
  return new Response(null, { status: 307, headers: { location } });
}

/** Browsers can send one only as a protocol of the WebSocket. */
function tokenOf({ headers }: IncomingMessage): string | null {
  const token = bearerToken(headers.authorization);
  const protocols = headers["sec-websocket-protocol"];
  if (token !== null || protocols === undefined) return token;
  return webSocketToken(protocols);
}

export function remoteAddress({ socket }: Pick<IncomingMessage, "socket">): string {
  const { remoteAddress: address = "", remotePort: port = 0 } = socket;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
