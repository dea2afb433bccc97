/** How far an opening channel came, and why not further. */
import type { BrokerUrl } from "../../core/broker/broker_url.ts";
import type { ConnectionProblem, ConnectionStage } from "../../core/broker/connection_problem.ts";
import { TlsFailed } from "../net/conn.ts";
import { openChannel } from "./byte_channel.ts";
import { connectionProblem } from "./problems.ts";
import type { Credentials } from "./settings.ts";

/** Of what openChannel has thrown. */
export function channelProblem({ scheme }: BrokerUrl, error: unknown): ConnectionProblem {
  return { stage: stageOf(scheme, error), ...connectionProblem(error) };
}

function stageOf(scheme: BrokerUrl["scheme"], error: unknown): ConnectionStage {
  if (scheme === "wss" || scheme === "ws") return "WebSocket";
  return error instanceof TlsFailed ? "Tls" : "Network";
}

/** A WebSocket that fails says little: what TCP and TLS have to say below it. Null where they succeed. */
export async function problemBelow(
  url: BrokerUrl,
  { credentials, signal }: { readonly credentials: Credentials; readonly signal: AbortSignal },
): Promise<ConnectionProblem | null> {
  const below: BrokerUrl = { ...url, scheme: url.scheme === "wss" ? "mqtts" : "mqtt" };
  try {
    const channel = await openChannel(below, { credentials, signal, maxBytes: 0 });
    channel.close();
    return null;
  } catch (error) {
    return channelProblem(below, error);
  }
}
