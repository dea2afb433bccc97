/** Bearer tokens as clients send them: in a header, or from browsers as a protocol of the WebSocket. */

/** Null where the header `Authorization` holds none. @see apiserver/pkg/authentication/request/bearertoken */
export function bearerToken(authorization: string | undefined): string | null {
  const [scheme = "", token = ""] = (authorization ?? "").trim().split(" ");
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : null;
}

export interface WebSocketProtocols {
  readonly token: string | null;
  /** What is left for the server behind, in the header's form. */
  readonly others: string;
}

const prefix = "base64url.bearer.authorization.k8s.io.";

/**
 * Takes the token out of the header `Sec-WebSocket-Protocol`. Null where it cannot be read, is not the only one, or no other
 * protocol is offered. @see apiserver/pkg/authentication/request/websocket
 */
export function webSocketToken(header: string): WebSocketProtocols | null {
  const protocols = header.split(",").map((each) => each.trim());
  const [encoded, ...more] = protocols.filter((each) => each.startsWith(prefix));
  const others = protocols.filter((each) => !each.startsWith(prefix)).join(",");
  if (encoded === undefined) return { token: null, others };
  const token = decoded(encoded.slice(prefix.length));
  return token === null || more.length > 0 || others === "" ? null : { token, others };
}

function decoded(text: string): string | null {
  if (text.includes("=")) return null;
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
