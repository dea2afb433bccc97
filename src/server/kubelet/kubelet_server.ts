/** Serves the kubelet's API over TLS: the port that the API server, kubectl and scrapers come to. */
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerOptions } from "node:http";
import { type SecureContextOptions, type TlsOptions, TLSSocket } from "node:tls";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { TlsSettings } from "../../core/node/tls_settings.ts";
import { minute } from "../../core/instant.ts";
import { createBell } from "../../ports/bell.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Gate } from "../auth/gate.ts";
import { clientCertificate, type ShownCertificate } from "./client_certificate.ts";
import { handshakeTimeoutMs, httpLimits } from "./http_limits.ts";
import { listen } from "./listener.ts";
import { requestCount } from "./request_count.ts";
import { createRequestHandler, type Routes } from "./request_handler.ts";
import { serveRequests } from "./serve_requests.ts";
import { createStrangers, type Strangers } from "./strangers.ts";
import type { StreamHandler } from "./stream_handler.ts";
import type { TlsIdentity } from "./tls_identity.ts";

export interface KubeletServerOptions {
  readonly address: string;
  readonly port: number;
  readonly tls: TlsSettings;
  readonly identity: TlsIdentity;
  readonly gate: Gate;
  readonly routes: Routes;
  readonly streams: StreamHandler | null;
  readonly clock: Clock;
  readonly metrics: Pick<AgentMetrics, "api">;
  readonly log: Log;
  /** Other limits than the usual ones. */
  readonly limits?: ServerOptions & Pick<TlsOptions, "handshakeTimeout">;
  /** So many connections of clients that have not been let in; 1,000 unless given. */
  readonly mostStrangers?: number;
  /** Is told the port once it answers. */
  readonly onListening?: (port: number) => void;
}

/** Listens from the moment on that there are a serving certificate and, where one is asked for, a client CA; works until the signal aborts. */
export async function serveKubelet(
  options: KubeletServerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { identity, clock, log, routes, gate } = options;
  const context = await firstContext(options, signal);
  if (context === null) return;
  const server = createServer({
    ...httpLimits,
    handshakeTimeout: handshakeTimeoutMs,
    ...options.limits,
    ...context,
    allowHalfOpen: true,
  });
  identity.onChange(() => renew(server, options), signal);
  const certificate = (message: IncomingMessage): ShownCertificate => {
    const authority = identity.clientAuthority();
    const { socket } = message;
    return socket instanceof TLSSocket
      ? clientCertificate(socket, { authority, now: clock.now() })
      : { certificate: null };
  };
  const strangers = createStrangers({ most: options.mostStrangers ?? mostStrangers });
  const handler = createRequestHandler({
    routes,
    gate: lettingIn(gate, strangers),
    certificate,
    log,
  });
  const count = requestCount({ metrics: options.metrics.api, clock, serverType: "readwrite" });
  serveRequests({ ...options, server, handler, count }, signal);
  server.on("connection", strangers.come);
  server.on("secureConnection", (socket) => refuseOtherCipher(socket, options));
  server.on("tlsClientError", (error, socket) => {
    log.debug("TLS handshake failed", { problem: messageOf(error) });
    // Whatever it was told waits for the end of the handshake, and it for that.
    socket.destroy();
  });
  await listen({ ...options, server }, signal);
}

/** Many more than an API server opens in the time that it takes to let them in. */
const mostStrangers = 1_000;

function lettingIn(gate: Gate, strangers: Strangers): Gate {
  return {
    async admit(request) {
      const admission = await gate.admit(request);
      if (admission.kind === "Admitted") strangers.letIn(request.remoteAddress);
      return admission;
    },
  };
}

/** Null when the signal aborted before there was one. */
async function firstContext(
  options: KubeletServerOptions,
  signal: AbortSignal,
): Promise<SecureContextOptions | null> {
  const { identity, clock, log } = options;
  const bell = createBell(clock);
  identity.onChange(bell.ring, signal);
  if (contextOf(options) === null) log.info("The kubelet API waits for its certificates");
  while (!signal.aborted) {
    const context = contextOf(options);
    if (context !== null) return context;
    await bell.wait(minute, signal);
  }
  return null;
}

/** Which suite is agreed on cannot be told to Deno's TLS, so it is looked at when it is agreed on. */
function refuseOtherCipher(
  socket: TLSSocket,
  { tls: { ciphers }, log }: Pick<KubeletServerOptions, "tls" | "log">,
): void {
  const { name, version } = socket.getCipher();
  if (ciphers === null || version !== "TLSv1.2" || ciphers.includes(name)) return;
  log.debug("Connection with a cipher suite that is not in tlsCipherSuites closed", {
    suite: name,
  });
  socket.destroy();
}

/** Connections that are open go on with what they were opened with. */
function renew(server: Server, options: KubeletServerOptions): void {
  const context = contextOf(options);
  if (context !== null) server.setSecureContext(context);
}

/** A client that shows no certificate, or a wrong one, gets as far as the gate: it may have a token. */
function contextOf(
  { identity, tls }: Pick<KubeletServerOptions, "identity" | "tls">,
): (SecureContextOptions & { requestCert: boolean; rejectUnauthorized: boolean }) | null {
  const pair = identity.pair();
  const authority = identity.clientAuthority();
  if (pair === null || (identity.asksClients && authority === null)) return null;
  return {
    cert: pair.certificate,
    key: pair.key,
    minVersion: tls.minVersion,
    requestCert: identity.asksClients,
    rejectUnauthorized: false,
    ...(authority !== null && { ca: authority.pem }),
  };
}
