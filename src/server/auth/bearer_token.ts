/** Bearer tokens as clients send them: in a header, or from browsers as a protocol of the WebSocket. */

/** Null where the header `Authorization` holds none. @see apiserver/pkg/authentication/request/bearertoken */
export function bearerToken(authorization: string | undefined): string | null {
  const [scheme = "", token = ""] = (authorization ?? "").trim().split(" ");
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : null;
}

const prefix = "base64url.bearer.authorization.k8s.io.";

/**
 * The token in the header `Sec-WebSocket-Protocol`. Null where there is none, it cannot be read, is not the only one, or no
 * other protocol is offered. @see apiserver/pkg/authentication/request/websocket
 */
export function webSocketToken(header: string): string | null {
  const [encoded, ...more] = protocolsIn(header).filter(isToken);
  if (encoded === undefined || more.length > 0 || withoutTokens(header) === "") return null;
  return decoded(encoded.slice(prefix.length));
}

/** The same header for the server behind: whatever looks like a token is taken out, good or not. "" where nothing is left. */
export function withoutTokens(header: string): string {
  return protocolsIn(header).filter((each) => !isToken(each)).join(",");
}

function protocolsIn(header: string): readonly string[] {
  return header.split(",").map((each) => each.trim());
}

function isToken(protocol: string): boolean {
  return protocol.startsWith(prefix);
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
