/** The bytes between us and a broker: over TCP, TLS or WebSockets. */
import type { BrokerUrl } from "../../core/broker/broker_url.ts";
import type { ByteChannel } from "../../ports/byte_channel.ts";
import { openTcp, openTls } from "../net/conn.ts";
import type { Credentials } from "./settings.ts";
import { openWebSocket } from "./web_socket.ts";

/** Throws what the network or the WebSocket has to say, or the signal's reason; TlsFailed for what ends the handshake of `mqtts`. */
export async function openChannel(
  url: BrokerUrl,
  { credentials, signal, maxBytes }: {
    readonly credentials: Credentials;
    readonly signal: AbortSignal;
    /** What may lie unread of a WebSocket, which cannot wait for its reader. */
    readonly maxBytes: number;
  },
): Promise<ByteChannel> {
  if (url.scheme === "ws" || url.scheme === "wss") {
    return await openWebSocket(url, { credentials, signal, maxBytes });
  }
  return url.scheme === "mqtts"
    ? await openTls(url, { credentials, signal })
    : await openTcp(url, { signal });
}
