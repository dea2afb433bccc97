/** The tunnel to one server: opened anew, after a pause, whenever it breaks. */
import { second } from "../../core/instant.ts";
import { retryDelayMs } from "../../core/kube/retry_delay.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { WebSocketConnection, WebSockets } from "../../ports/web_sockets.ts";
import { waited } from "../../ports/waited.ts";
import { runTunnelSession } from "./tunnel_session.ts";
import type { TunnelStreamsOptions } from "./tunnel_streams.ts";

export interface ServerTunnelOptions extends TunnelStreamsOptions {
  /** The node's certificate; asked for with each attempt, for it is renewed. */
  readonly identity: () => Promise<KeyPair> | KeyPair;
  /** PEM of who signs the servers' certificates; likewise. */
  readonly authority: () => Promise<string> | string;
  readonly sockets: WebSockets;
  readonly random: Random;
  readonly log: Log;
}

/** A server may take so long to accept us. */
const openTimeoutMs = 20 * second;

/** A tunnel that lived so long was a good one: the next failure is the first. */
const healthyMs = 60 * second;

/** Holds the tunnel until the signal aborts. Never rejects. */
export async function runServerTunnel(
  options: ServerTunnelOptions,
  signal: AbortSignal,
): Promise<void> {
  const { server, clock, random, metrics } = options;
  const log = options.log.with({ server });
  let failures = 0;
  let isAway = false;

  function lost(error: unknown): void {
    if (signal.aborted) return;
    if (isAway) return log.debug("The tunnel cannot be opened", { err: error });
    log.warn("There is no tunnel, the cluster cannot reach this node through the server", {
      err: error,
    });
    isAway = true;
  }

  /** One websocket, until it ends. */
  async function once(): Promise<void> {
    const socket = await open(options, signal);
    const openedAt = clock.monotonic();
    log.info("The tunnel is open");
    isAway = false;
    metrics.connectedServers.add({}, 1);
    try {
      await runTunnelSession(socket, options, signal);
    } finally {
      metrics.connectedServers.add({}, -1);
      if (!signal.aborted) metrics.outages.inc({});
      if (clock.monotonic() - openedAt > healthyMs) failures = 0;
    }
  }

  while (!signal.aborted) {
    await once().catch(lost);
    failures += 1;
    const delay = retryDelayMs({ failures, fraction: random.fraction() });
    await waited(clock, delay, signal);
  }
}

/** Throws Unavailable where the server does not answer in time, too. */
async function open(
  { server, identity, authority, sockets, clock }: ServerTunnelOptions,
  signal: AbortSignal,
): Promise<WebSocketConnection> {
  const opening = new AbortController();
  const onAbort = (): void => opening.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const timer = clock.after(openTimeoutMs, () => {
    const message = `the server did not answer within ${openTimeoutMs / second} s`;
    opening.abort(new Unavailable(message));
  });
  try {
    const url = `wss://${server}/v1-k3s/connect`;
    const target = { url, identity: await identity(), authority: await authority() };
    return await sockets.open(target, opening.signal);
  } catch (error) {
    throw error instanceof Unavailable
      ? error
      : new Unavailable(messageOf(error), { cause: error });
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
  }
}
