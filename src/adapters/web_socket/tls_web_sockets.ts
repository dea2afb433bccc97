/** WebSockets over TLS with a client certificate. Proxies of the environment have no part in it. */
import { pemBlocks } from "../../core/x509/pem.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";
import type { WebSocketConnection, WebSockets, WebSocketTarget } from "../../ports/web_sockets.ts";
import { openTls } from "../net/conn.ts";
import { upgradeToWebSocket } from "./web_socket.ts";

const defaultPort = 443;

/** Of one message. The module's server sends what it is given in one piece; proxies in front of it copy 32 KiB at a time. */
const maxBytes = 4 * 1024 * 1024;

export function tlsWebSockets(): WebSockets {
  async function open(target: WebSocketTarget, signal: AbortSignal): Promise<WebSocketConnection> {
    const { hostname, port, host, pathname, search } = new URL(target.url);
    const { identity, authority } = target;
    const credentials = {
      ca: certificates(authority),
      cert: identity.certificate,
      key: identity.key,
    };
    const address = {
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? defaultPort : Number(port),
    };
    const channel = await openTls(address, { credentials, signal });
    try {
      const options = { host, path: pathname + search, maxBytes };
      return await unlessAborted(upgradeToWebSocket(channel, options), signal);
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  return {
    async open(target, signal) {
      try {
        return await open(target, signal);
      } catch (error) {
        if (signal.aborted || error instanceof Unavailable) throw error;
        throw new Unavailable(messageOf(error), { cause: error });
      }
    },
  };
}

/** Deno itself takes a text without certificates, and then trusts the machine's authorities. */
function certificates(pem: string): string {
  if (pemBlocks(pem).some(({ label }) => label === "CERTIFICATE")) return pem;
  throw new Unavailable("there is no certificate of who signs the server's");
}
