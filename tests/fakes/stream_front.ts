/** A server whose upgrades go through the stream proxy, over TLS or without, for clients that write bytes. */
import { createServer as createHttps } from "node:https";
import { createServer as createHttp, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../../src/ports/clock.ts";
import { systemClock } from "../../src/adapters/clock.ts";
import { generateKey } from "../../src/adapters/x509/generate_key.ts";
import { pemText } from "../../src/core/x509/pem.ts";
import { selfSignedCertificate } from "../../src/core/x509/self_signed.ts";
import { createStreamProxy, type StreamProxyDeps } from "../../src/server/kubelet/stream_proxy.ts";
import { privateKey } from "./certificate_authority.ts";
import { fakeLog } from "./log.ts";

export interface StreamFrontOptions {
  readonly tls: boolean;
  readonly streamUrl: StreamProxyDeps["functions"]["streamUrl"];
  readonly clock?: Clock;
  readonly idleMs?: number;
}

export interface StreamFront extends AsyncDisposable {
  readonly port: number;
  /** A new connection of a client. */
  connect(): Promise<Deno.Conn>;
  /** Upgrades that the proxy is busy with. */
  readonly busy: number;
  /** Resolves when the proxy is through with all of them. */
  idle(): Promise<void>;
  /** The server is told to stop. */
  stop(): void;
}

export async function startStreamFront(
  { tls, streamUrl, clock = systemClock(), idleMs = 60_000 }: StreamFrontOptions,
): Promise<StreamFront> {
  const pair = tls ? selfSignedPair() : null;
  // Servers without TLS allow half-open connections by themselves.
  const server = pair ? createHttps({ allowHalfOpen: true, ...pair }) : createHttp();
  const stop = new AbortController();
  const proxy = createStreamProxy({ functions: { streamUrl }, clock, log: fakeLog(), idleMs });
  const running = new Set<Promise<void>>();
  server.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    const { pathname: path, searchParams: query } = new URL(message.url ?? "", "http://node");
    const run = proxy.upgrade({ path, query, message, socket, head, signal: stop.signal })
      .finally(() => running.delete(run));
    running.add(run);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connect: () =>
      pair
        ? Deno.connectTls({ hostname: "127.0.0.1", port, caCerts: [pair.cert] })
        : Deno.connect({ hostname: "127.0.0.1", port }),
    get busy() {
      return running.size;
    },
    async idle() {
      await Promise.all(running);
    },
    stop: () => stop.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(running);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function selfSignedPair(): { readonly key: string; readonly cert: string } {
  const key = generateKey();
  const day = 86_400_000;
  const bytes = selfSignedCertificate({
    subject: { commonName: "127.0.0.1" },
    serialNumber: 1n,
    notBefore: Date.now() - day,
    notAfter: Date.now() + day,
    dnsNames: [],
    ips: ["127.0.0.1"],
  }, privateKey(key));
  return { key, cert: pemText({ label: "CERTIFICATE", bytes }) };
}
