/** One websocket to one server, from its first message to its end: the connections that the server asks for go through it. */
import type { WebSocketConnection } from "../../ports/web_sockets.ts";
import { keepAlive } from "./keep_alive.ts";
import { createTunnelStreams, type TunnelStreamsOptions } from "./tunnel_streams.ts";

/** Rejects with what ended it: the websocket's error, Unavailable for a server that is away, Failed for what is no message. */
export async function runTunnelSession(
  socket: WebSocketConnection,
  options: TunnelStreamsOptions,
  signal: AbortSignal,
): Promise<never> {
  const ending = new AbortController();
  const own = AbortSignal.any([signal, ending.signal]);
  const onAbort = (): void => {
    streams.abort();
    socket.close();
  };
  const streams = createTunnelStreams(socket, options);
  own.addEventListener("abort", onAbort, { once: true });
  if (own.aborted) onAbort();
  const alive = keepAlive({ socket, clock: options.clock, ...streams }, own);
  try {
    return await Promise.race([streams.serve(), alive]);
  } finally {
    ending.abort(new Error("the tunnel has ended"));
    await Promise.all([streams.ended(), alive.catch(() => {})]);
  }
}
