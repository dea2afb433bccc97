/** How an HTTP connection becomes a WebSocket. @see RFC 6455, section 4 */
import { createHash } from "node:crypto";
import { failure, type Result, success } from "../result.ts";

/** @see RFC 6455, section 1.3 */
const salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The request's head. `key` is 16 bytes of chance in base64. */
export function upgradeRequest(
  { host, path, key, protocol }: {
    /** With its port, such as `example.org:443` or `[::1]:6443`. */
    readonly host: string;
    /** With its query. */
    readonly path: string;
    readonly key: string;
    readonly protocol?: string | undefined;
  },
): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    "\r\n",
  ].join("\r\n");
}

/** Whether the answer's head, up to its empty line, makes the connection a WebSocket; the error says what it is instead. */
export function readUpgradeResponse(
  head: string,
  { key, protocol }: { readonly key: string; readonly protocol?: string | undefined },
): Result<void> {
  const [status = "", ...lines] = head.split("\r\n");
  const headers = new Map(lines.map(nameAndValue));
  if (!status.startsWith("HTTP/1.1 101")) {
    return failure(`the server does not open a WebSocket: ${status.slice(0, 100)}`);
  }
  const accept = createHash("sha1").update(key + salt).digest("base64");
  if (headers.get("sec-websocket-accept") !== accept) {
    return failure("the server's answer belongs to another request");
  }
  if (protocol !== undefined && headers.get("sec-websocket-protocol") !== protocol) {
    return failure(`the server does not speak ${protocol}`);
  }
  if (headers.has("sec-websocket-extensions")) return failure("the server wants an extension");
  return success(undefined);
}

function nameAndValue(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}
