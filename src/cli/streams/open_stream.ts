/** Streams into the agent's containers, over its control socket. */
import { Failed, Invalid, NotFound, type PortError } from "../../ports/errors.ts";
import { closeConn, connStream } from "../../server/streams/conn_stream.ts";
import { askForUpgrade, type UpgradeAnswer } from "../../server/streams/upgrade.ts";
import { unreachable } from "../unreachable.ts";
import { type SpdyConnection, spdyConnection } from "./spdy_connection.ts";

export interface StreamAsk {
  readonly kind: "exec" | "attach" | "portForward";
  /** Namespace, pod and, but for port-forward, container. */
  readonly target: readonly string[];
  readonly query?: URLSearchParams;
  /** Those that we speak, the best first. */
  readonly protocols: readonly string[];
}

/**
 * Throws `CliError` with the exit code `unreachable` when no agent answers, and a port error when it refuses. The signal closes
 * the connection, then and later; who is through with it before closes it.
 */
export async function openStream(
  ask: StreamAsk,
  { socket, signal }: { readonly socket: string; readonly signal: AbortSignal },
): Promise<SpdyConnection> {
  const conn = await Deno.connect({ transport: "unix", path: socket })
    .catch((error: unknown) => {
      throw unreachable(error, socket);
    });
  const close = (): void => {
    signal.removeEventListener("abort", close);
    closeConn(conn);
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    signal.throwIfAborted();
    const answer = await askForUpgrade(conn, { method: "POST", ...requestOf(ask) });
    if (answer.status !== 101) throw await refusal(conn, answer);
    return spdyConnection({ ...connStream(conn, answer.rest), close });
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw error;
  }
}

function requestOf({ kind, target, query, protocols }: StreamAsk) {
  const path = ["/v1/streams", kind, ...target.map(encodeURIComponent)].join("/");
  return {
    target: `${path}?${query ?? ""}`,
    headers: [
      ["Host", "localhost"],
      ["Connection", "Upgrade"],
      ["Upgrade", "SPDY/3.1"],
      ...protocols.map((protocol) => ["X-Stream-Protocol-Version", protocol] as const),
    ] as const,
  };
}

async function refusal(conn: Deno.Conn, { status, rest }: UpgradeAnswer): Promise<PortError> {
  const decoder = new TextDecoder();
  const stream = connStream(conn, rest);
  let text = "";
  for (let piece = await stream.read(); piece !== null; piece = await stream.read()) {
    text += decoder.decode(piece, { stream: true });
  }
  const message = text.trim() || `the agent answers ${status}`;
  if (status === 404) return new NotFound(message);
  return status === 400 ? new Invalid(message) : new Failed(message);
}
