/** Exec, attach and port-forward: the connection is handed over to the runtime's streaming server, byte for byte. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, NotFound, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { connStream } from "../streams/conn_stream.ts";
import { endWith } from "../streams/end_with.ts";
import { parseStreamRequest, type StreamPath } from "../streams/parse_stream_request.ts";
import { openRuntimeStream, type RuntimeAnswer } from "../streams/runtime_stream.ts";
import { socketStream } from "../streams/socket_stream.ts";
import { splice } from "../streams/splice.ts";
import { refusalText, type StreamRefusal } from "../streams/stream_refusal.ts";
import type { KubeletFunctions } from "./kubelet_functions.ts";

export interface StreamProxyDeps {
  readonly functions: Pick<KubeletFunctions, "streamUrl">;
  readonly clock: Clock;
  readonly log: Log;
  /** The configuration's streamingConnectionIdleTimeout. */
  readonly idleMs: number;
}

/** A request with an `Upgrade` header that may have what it asks for. */
export interface StreamUpgrade {
  /** Such as `/exec/NAMESPACE/POD/CONTAINER`: decoded and clean. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** As it came, for its method and headers. */
  readonly message: IncomingMessage;
  /** The connection; its server has `allowHalfOpen`. */
  readonly socket: Duplex;
  /** What came after the headers already. */
  readonly head: Uint8Array;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

export interface StreamProxy {
  /** Answers, and owns the socket until it is closed. Never rejects. */
  upgrade(request: StreamUpgrade): Promise<void>;
  /** The answer to a request for a stream without an `Upgrade` header: why it gets none. */
  withoutUpgrade(request: Pick<StreamUpgrade, "path" | "query">): Promise<StreamRefusal>;
}

/** @see pkg/kubelet/server/server.go, getExec */
export function createStreamProxy(deps: StreamProxyDeps): StreamProxy {
  const { clock, log, idleMs } = deps;

  async function upgrade(request: StreamUpgrade): Promise<void> {
    const client = socketStream(request.socket, request.head);
    try {
      const opened = await open(request);
      if (opened.kind === "Refused") {
        return await endWith(client, { last: refusalText(opened), clock });
      }
      const backend = connStream(opened.conn, opened.answer.rest);
      await client.write(opened.answer.raw).catch(() => client.close());
      await splice({ client, backend }, { clock, idleMs, signal: request.signal });
    } catch (err) {
      log.debug("A stream broke off", { path: request.path, err });
    } finally {
      client.close();
    }
  }

  async function open(request: StreamUpgrade): Promise<RuntimeAnswer> {
    const { message, path, query, signal } = request;
    const url = await addressOf({ path, query, isWebSocket: isWebSocket(message) }, deps);
    if (!(url instanceof URL)) return url;
    return await openRuntimeStream(url, { message, clock, signal });
  }

  return {
    upgrade,
    async withoutUpgrade({ path, query }) {
      const url = await addressOf({ path, query, isWebSocket: false }, deps);
      return url instanceof URL ? notAnUpgrade : url;
    },
  };
}

const notAnUpgrade: StreamRefusal = {
  kind: "Refused",
  status: 500,
  text: "Upgrade request required\n",
};

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

async function addressOf(
  asked: StreamPath,
  { functions, log }: StreamProxyDeps,
): Promise<URL | StreamRefusal> {
  const parsed = parseStreamRequest(asked);
  if (parsed.kind === "Refused") return parsed;
  try {
    return await functions.streamUrl(parsed.request);
  } catch (err) {
    log.debug("No stream", { path: asked.path, err });
    return refusalOf(err);
  }
}

/** @see k8s.io/cri-streaming, WriteError */
function refusalOf(error: unknown): StreamRefusal {
  const text = messageOf(error);
  if (error instanceof NotFound) return { kind: "Refused", status: 404, text };
  if (error instanceof Unavailable && error.retryAfterMs !== undefined) {
    const headers = { "Retry-After": String(Math.ceil(error.retryAfterMs / second)) };
    return { kind: "Refused", status: 429, text, headers };
  }
  return { kind: "Refused", status: 500, text };
}
