/** Where a message broker is, as the configuration names it. */
import { failure, type Result, success } from "../result.ts";

/** How its bytes travel: MQTT on TLS or on TCP alone, or either in WebSockets. */
export type BrokerScheme = "mqtts" | "mqtt" | "wss" | "ws";

export interface BrokerUrl {
  readonly scheme: BrokerScheme;
  /** A name or an address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  /** Of WebSockets; `/` for the others. */
  readonly path: string;
  /** For people and for the WebSocket: without a password, since there is none in it. */
  readonly text: string;
}

const defaultPorts: Readonly<Record<BrokerScheme, number>> = {
  mqtts: 8883,
  mqtt: 1883,
  wss: 443,
  ws: 80,
};

/** Names of the same: MQTT has no registered scheme. */
const schemes: Readonly<Record<string, BrokerScheme>> = {
  "mqtts:": "mqtts",
  "tls:": "mqtts",
  "ssl:": "mqtts",
  "mqtt:": "mqtt",
  "tcp:": "mqtt",
  "wss:": "wss",
  "ws:": "ws",
};

/** Says what is wrong, and what would be right. Without encryption only loopback is reached. */
export function parseBrokerUrl(text: string): Result<BrokerUrl> {
  const url = URL.parse(text);
  const scheme = url && schemes[url.protocol];
  if (!url || !scheme) return failure("must be a URL such as mqtts://broker.example.com:8883");
  if (url.username || url.password) {
    return failure("must not hold a user or password; name files in usernameFile and passwordFile");
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "") return failure("names no host");
  if ((scheme === "mqtt" || scheme === "ws") && !isLoopback(host)) {
    return failure(
      `is not encrypted; use ${scheme}s:// (only a broker on loopback may go without)`,
    );
  }
  const isSocket = scheme === "wss" || scheme === "ws";
  if (!isSocket && !["", "/"].includes(url.pathname)) return failure("must not have a path");
  const port = url.port === "" ? defaultPorts[scheme] : Number(url.port);
  const path = isSocket ? `${url.pathname || "/"}${url.search}` : "/";
  const shownPath = isSocket ? path : "";
  return success({
    scheme,
    host,
    port,
    path,
    text: `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}${shownPath}`,
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
