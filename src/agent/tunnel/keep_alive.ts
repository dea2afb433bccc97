/** Pings a server, and ends where it does not answer. */
import { keepAliveStep, pingIntervalMs } from "../../core/tunnel/keep_alive.ts";
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { WebSocketConnection } from "../../ports/web_sockets.ts";

export interface KeepAliveOptions {
  readonly socket: WebSocketConnection;
  readonly clock: Clock;
  /** Whether the server knows which connections live. */
  readonly isSynced: () => boolean;
  /** Tells it. */
  readonly sync: () => Promise<void>;
}

/** Rejects with Unavailable where the server is away, with the reason of the signal, or with what a write does. */
export async function keepAlive(
  { socket, clock, isSynced, sync }: KeepAliveOptions,
  signal: AbortSignal,
): Promise<never> {
  // The upgrade was the first answer.
  let before = socket.heard - 1;
  for (;;) {
    const step = keepAliveStep({ before, heard: socket.heard, isSynced: isSynced() });
    before = socket.heard;
    if (step === "GiveUp") throw new Unavailable("the server does not answer any more");
    if (step === "PingAndSync") await sync();
    await socket.ping();
    await clock.sleep(pingIntervalMs, signal);
  }
}
