/** One gRPC connection over a unix socket: calls with deadlines, server streams, reconnection. */
import { Buffer } from "node:buffer";
import {
  Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { portError } from "./errors.ts";

/** A call of a service, as the wire knows it. */
export interface Method<Request, Response> {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly encode: (request: Request) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Response;
}

export interface CallOptions {
  /** Default: the connection's. */
  readonly timeoutMs?: number;
  /** Ends the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls throw what {@linkcode portError} makes of a status, or the signal's reason. */
export interface Channel {
  unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response>;
  /** A stream has no deadline: it lasts until the signal aborts, which ends it without an error. */
  stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    options: { readonly signal: AbortSignal; readonly headers?: CallOptions["headers"] },
  ): AsyncGenerator<Response>;
  /** Calls under way still come to their end. */
  close(): void;
}

/** Lists of a crowded node are larger than the 4 MB that gRPC takes by default. The kubelet's own limit. */
const largestMessageBytes = 16 * 1024 * 1024;

/**
 * No HTTP/2 keepalive: containerd drops clients that send it. After containerd was away, a second at most passes until
 * it is tried again (gRPC's own default doubles up to two minutes).
 */
const channelOptions = {
  "grpc.max_receive_message_length": largestMessageBytes,
  "grpc.max_send_message_length": largestMessageBytes,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
  // The agent tries again by itself; gRPC's way of it keeps a copy of every call (measured: 15 % of a call's CPU).
  "grpc.enable_retries": 0,
  "grpc.enable_http_proxy": 0,
};

/** Connects at the first call. */
export function openChannel(
  { socket, timeoutMs }: { readonly socket: string; readonly timeoutMs: number },
): Channel {
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), channelOptions);
  return {
    unary: (method, request, options = {}) =>
      unary(client, method, { request, ...options, timeoutMs: options.timeoutMs ?? timeoutMs }),
    stream: (method, request, options) => stream(client, method, { request, ...options }),
    close: () => client.close(),
  };
}

function unary<Request, Response>(
  client: Client,
  method: Method<Request, Response>,
  { request, timeoutMs, signal, headers }: CallOptions & {
    readonly request: Request;
    readonly timeoutMs: number;
  },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = (): void => call.cancel();
    const finish = (error: ServiceError | null, response?: Response): void => {
      signal?.removeEventListener("abort", cancel);
      if (error === null) resolve(response as Response);
      else reject(signal?.aborted ? signal.reason : portError(error));
    };
    const call: ClientUnaryCall = client.makeUnaryRequest(
      method.path,
      bufferOf(method.encode),
      method.decode,
      request,
      metadata(headers),
      { deadline: Date.now() + timeoutMs },
      finish,
    );
    signal?.addEventListener("abort", cancel, { once: true });
  });
}

async function* stream<Request, Response>(
  client: Client,
  method: Method<Request, Response>,
  { request, signal, headers }: {
    readonly request: Request;
    readonly signal: AbortSignal;
    readonly headers?: CallOptions["headers"];
  },
): AsyncGenerator<Response> {
  if (signal.aborted) return;
  const call: ClientReadableStream<Response> = client.makeServerStreamRequest(
    method.path,
    bufferOf(method.encode),
    method.decode,
    request,
    metadata(headers),
  );
  const cancel = (): void => call.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  // The cancellation is reported once more when nobody reads any longer; unheard it would end the process.
  call.on("error", () => {});
  try {
    for await (const message of call) yield message as Response;
  } catch (error) {
    if (!signal.aborted) throw portError(error as ServiceError);
  } finally {
    signal.removeEventListener("abort", cancel);
    call.cancel();
  }
}

function metadata(headers: CallOptions["headers"] = {}): Metadata {
  const result = new Metadata();
  for (const [name, value] of Object.entries(headers)) result.set(name, value);
  return result;
}

function bufferOf<T>(encode: (message: T) => Uint8Array): (message: T) => Buffer {
  return (message) => {
    const { buffer, byteOffset, byteLength } = encode(message);
    return Buffer.from(buffer, byteOffset, byteLength);
  };
}
