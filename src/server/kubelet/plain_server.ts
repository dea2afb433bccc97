/** A port without encryption and without a gate: for health checks, and for those who asked for the read-only port. */
import { createServer } from "node:http";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { httpLimits } from "./http_limits.ts";
import { listen } from "./listener.ts";
import { type CountRequest, uncounted } from "./request_count.ts";
import { createRequestHandler, type Routes } from "./request_handler.ts";
import { serveRequests } from "./serve_requests.ts";

export interface PlainServerOptions {
  readonly address: string;
  readonly port: number;
  readonly routes: Routes;
  readonly clock: Clock;
  /** Without it nothing is counted. */
  readonly count?: CountRequest;
  readonly log: Log;
  /** Is told the port once it answers. */
  readonly onListening?: (port: number) => void;
}

/** Works until the signal aborts. */
export async function servePlain(options: PlainServerOptions, signal: AbortSignal): Promise<void> {
  const { routes, count = uncounted, clock, log } = options;
  const server = createServer(httpLimits);
  const certificate = () => ({ certificate: null });
  const handler = createRequestHandler({ routes, gate: null, certificate, log });
  serveRequests({ server, handler, streams: null, count, clock, log }, signal);
  await listen({ ...options, server }, signal);
}
