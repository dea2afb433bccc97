/** A port on which HTTP is served, with TLS or without: it listens until the signal aborts, and then cuts off what is open. */
import type { Server as HttpServer } from "node:http";
import { once } from "node:events";
import { aborted } from "../../ports/aborted.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { second } from "../../core/instant.ts";
import { openSockets } from "../open_sockets.ts";

export interface ListenerOptions {
  /** Not listening yet. */
  readonly server: HttpServer;
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly onListening?: (port: number) => void;
}

/** How long after a port was found taken it is tried again, as with the kubelet's health checks. */
const retryMs = 5 * second;

/** A port that is taken costs the API, not the pods: it is told of once and tried again. */
export async function listen(options: ListenerOptions, signal: AbortSignal): Promise<void> {
  const { server, log, address } = options;
  const open = openSockets(server);
  const port = await bound(options, signal);
  if (port === null) return;
  log.info("Listening", { address, port });
  options.onListening?.(port);
  await aborted(signal);
  const closed = once(server, "close");
  server.close();
  open.destroy();
  await closed;
}

/** The port that it is; null when the signal aborted before there was one. */
async function bound(options: ListenerOptions, signal: AbortSignal): Promise<number | null> {
  const { clock, log, address, port } = options;
  let problem = "";
  while (!signal.aborted) {
    try {
      return await bind(options);
    } catch (error) {
      const found = messageOf(error);
      if (found !== problem) {
        log.error("Cannot listen, trying again", { address, port, problem: found });
      }
      problem = found;
    }
    await clock.sleep(retryMs, signal).catch(() => {});
  }
  return null;
}

async function bind({ server, address, port }: ListenerOptions): Promise<number> {
  const listening = once(server, "listening");
  server.listen(port, address);
  await listening;
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : port;
}
