/** What a client may ask of the server's patience and memory. */
import type { ServerOptions } from "node:http";
import type { Duplex } from "node:stream";
import { second } from "../../core/instant.ts";

/** What Go adds to the limit that was set. */
const slop = 4_096;

/** Sizes as the kubelet's. It gives a client four hours for its headers, and so as many connections as it likes; here they must come soon. */
export const httpLimits: ServerOptions = {
  maxHeaderSize: (1 << 20) + slop,
  connectionsCheckingInterval: 5 * second,
  headersTimeout: 30 * second,
  requestTimeout: 60 * second,
  keepAliveTimeout: 90 * second,
};

/** How long a client may take to agree on a secure connection. */
export const handshakeTimeoutMs = 10 * second;

/** Answers what is no request, in Go's words, and ends the connection. */
export function refuseMalformed(error: Error, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const line = statusLine(error);
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`,
    () => socket.destroy(),
  );
}

function statusLine(error: Error): string {
  const code = "code" in error ? error.code : "";
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return "431 Request Header Fields Too Large";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "408 Request Timeout";
    default:
      return "400 Bad Request";
  }
}
