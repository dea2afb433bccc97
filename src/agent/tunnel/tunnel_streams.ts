/** The connections that one server asks for through its websocket. */
import type { TunnelMetrics } from "../../core/metrics/tunnel_metrics.ts";
import { dialTarget } from "../../core/tunnel/dial_target.ts";
import {
  decodeMessage,
  encodeMessage,
  type SentMessage,
  type TunnelMessage,
} from "../../core/tunnel/message.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Dialer } from "../../ports/dialer.ts";
import { Failed } from "../../ports/errors.ts";
import type { WebSocketConnection } from "../../ports/web_sockets.ts";
import { openTunnelStream, type Send, type TunnelStream } from "./tunnel_stream.ts";

/** A server wanted something else than the kubelet. */
export interface RefusedDial {
  /** Such as `10.0.0.1:6443`. */
  readonly server: string;
  /** What it asked for, such as `tcp/10.0.0.1:22`. */
  readonly target: string;
  readonly reason: string;
}

export interface TunnelStreamsOptions {
  readonly server: string;
  readonly kubeletPort: number;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly metrics: TunnelMetrics;
  readonly onRefused: (dial: RefusedDial) => void;
}

/** Of one server at once; each holds a socket of the kubelet's port. */
export const mostStreams = 1_000;

/** What may wait to be sent while messages are read: a server that takes no answers is not read on. */
const mostWaiting = 4_096;

export interface TunnelStreams {
  /** Does what the server says. Rejects with the websocket's error, or with Failed for what is no message. */
  serve(): Promise<never>;
  /** Whether the server knows which connections live. */
  isSynced(): boolean;
  /** Tells it. */
  sync(): Promise<void>;
  /** Ends all of them without a word. */
  abort(): void;
  /** When all of them have. */
  ended(): Promise<void>;
}

export function createTunnelStreams(
  socket: WebSocketConnection,
  { server, kubeletPort, dialer, clock, metrics, onRefused }: TunnelStreamsOptions,
): TunnelStreams {
  const streams = new Map<bigint, TunnelStream>();
  const pool = { unread: 0 };
  let lastId = 0n;
  let isSynced = true;
  let lastUrgent = Promise.resolve();

  const send: Send = (message, options) => {
    const written = socket.write(encodeMessage(message, ++lastId), options);
    if (options?.urgent) lastUrgent = written.catch(() => {});
    return written;
  };

  function answer(message: SentMessage): void {
    void send(message, { urgent: true }).catch(() => {});
  }

  function connect({ connection, protocol, address }: TunnelMessage & { kind: "Connect" }): void {
    if (streams.has(connection)) throw new Failed("the server uses a connection's number again");
    const target = dialTarget({ protocol, address, kubeletPort });
    if (!target.ok) {
      onRefused({ server, target: `${protocol}/${address}`, reason: target.error });
      return refuse(connection, target.error);
    }
    if (streams.size >= mostStreams) {
      return refuse(connection, `the node has ${mostStreams} connections already`);
    }
    const dial = (signal: AbortSignal) => dialer.dial(target.value, signal);
    const stream = openTunnelStream({ connection, dial, send, pool, clock, metrics });
    streams.set(connection, stream);
    isSynced = false;
    void stream.ended.then(() => {
      streams.delete(connection);
      isSynced = false;
    });
  }

  function refuse(connection: bigint, text: string): void {
    metrics.finishedStreams.inc({ result: "Refused" });
    answer({ kind: "Error", connection, text });
  }

  function data({ connection, bytes }: TunnelMessage & { kind: "Data" }): void {
    const stream = streams.get(connection);
    if (stream === undefined) answer({ kind: "Error", connection, text: "connection not found" });
    else stream.receive(bytes);
  }

  function keepOnly(connections: readonly bigint[]): void {
    const live = new Set(connections);
    for (const [connection, stream] of streams) if (!live.has(connection)) stream.abort();
  }

  function take(message: TunnelMessage): void {
    switch (message.kind) {
      case "Connect":
        return connect(message);
      case "Data":
        return data(message);
      case "Error":
        return streams.get(message.connection)?.endByServer();
      case "Pause":
        return streams.get(message.connection)?.pause();
      case "Resume":
        return streams.get(message.connection)?.resume();
      case "SyncConnections":
        return keepOnly(message.connections);
      case "AddClient":
      case "RemoveClient":
      case "Other":
        return;
    }
  }

  async function serve(): Promise<never> {
    for (;;) {
      const message = decodeMessage(await socket.read());
      if (!message.ok) throw new Failed(message.error);
      take(message.value);
      if (message.value.kind === "Data") await streams.get(message.value.connection)?.room();
      if (socket.waiting > mostWaiting) await lastUrgent;
    }
  }

  return {
    serve,
    isSynced: () => isSynced,
    async sync() {
      isSynced = true;
      await send({ kind: "SyncConnections", connections: [...streams.keys()] }, { urgent: true });
    },
    abort() {
      for (const stream of streams.values()) stream.abort();
    },
    async ended() {
      await Promise.all([...streams.values()].map(({ ended }) => ended));
    },
  };
}
