/** A node's tunnel to real servers, with a stand-in for the kubelet behind it. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { tcpDialer } from "../../../src/adapters/net/tcp_dialer.ts";
import { systemRandom } from "../../../src/adapters/random.ts";
import { tlsWebSockets } from "../../../src/adapters/web_socket/tls_web_sockets.ts";
import { createTunnel } from "../../../src/agent/tunnel/tunnel.ts";
import type { RefusedDial } from "../../../src/agent/tunnel/tunnel_streams.ts";
import { createAgentMetrics } from "../../../src/core/metrics/agent_metrics.ts";
import { type FakeLog, fakeLog } from "../../fakes/log.ts";
import { metricValues } from "../../fakes/metric_values.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { type TestAuthority, testAuthority } from "../../fakes/test_pki.ts";
import { waitUntil } from "../../lab/processes.ts";
import { startTunnelServer, type TunnelServer } from "../../lab/tunnel_server.ts";

export interface TunnelSite extends AsyncDisposable {
  readonly servers: readonly TunnelServer[];
  readonly authority: TestAuthority;
  readonly kubelet: Kubelet;
  readonly log: FakeLog;
  readonly refused: readonly RefusedDial[];
  metric(name: string): number | undefined;
  /** Begins to hold tunnels to `HOST:PORT`s, or follows a change of them. */
  hold(servers: readonly string[]): void;
  /** A connection to the kubelet through a server, as soon as there is a tunnel. */
  reach(server?: TunnelServer): Promise<Deno.TcpConn>;
}

export async function tunnelSite(
  { count = 1, isKnown = true }: {
    readonly count?: number;
    /** Whether the servers believe the node's certificate. */
    readonly isKnown?: boolean;
  } = {},
): Promise<TunnelSite> {
  const folder = temporaryFolder();
  const authority = testAuthority("cluster-ca");
  const signer = isKnown ? authority : testAuthority("another-ca");
  const identity = signer.issue({ commonName: "system:node:edge", purpose: "client" });
  const servers = await Promise.all(
    Array.from({ length: count }, () => startTunnelServer({ dir: folder.path, authority })),
  );
  const kubelet = kubeletStandIn();
  const log = fakeLog();
  const metrics = createAgentMetrics();
  const refused: RefusedDial[] = [];
  const stopping = new AbortController();
  let held: readonly string[] = [];
  const notices = new Set<() => void>();
  const tunnel = createTunnel({
    servers: {
      current: () => held,
      onChange(notice) {
        notices.add(notice);
        return { [Symbol.dispose]: () => void notices.delete(notice) };
      },
    },
    identity: () => identity,
    authority: () => authority.certificate,
    kubeletPort: kubelet.port,
    sockets: tlsWebSockets(),
    dialer: tcpDialer,
    clock: systemClock(),
    random: systemRandom(),
    log,
    metrics: metrics.tunnel,
    onRefused: (dial) => refused.push(dial),
  });
  const running = tunnel.run(stopping.signal);
  return {
    servers,
    authority,
    kubelet,
    log,
    refused,
    metric: (name) => metricValues(metrics).get(name),
    hold(next) {
      held = next;
      for (const notice of notices) notice();
    },
    async reach(server = servers[0]!) {
      let conn: Deno.TcpConn | null = null;
      const isThere = async (): Promise<boolean> => {
        conn = await server.connect(`127.0.0.1:${kubelet.port}`);
        return conn !== null;
      };
      if (await waitUntil(isThere, { timeoutMs: 15_000 })) return conn!;
      throw new Error(`there is no tunnel: ${JSON.stringify(log.records)}`);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
      await kubelet[Symbol.asyncDispose]();
      for (const server of servers) await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

export interface Kubelet extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open. Disposed of, it takes none any more. */
  readonly open: number;
  /** Bytes that it could send on its floods. */
  readonly flooded: number;
}

/** The first byte of a connection says what it does with the rest. */
export const does = { echo: 0x65, nothing: 0x6e, flood: 0x66 } as const;

function kubeletStandIn(): Kubelet {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns = new Set<Deno.Conn>();
  let flooded = 0;
  let isClosed = false;

  async function serve(conn: Deno.Conn): Promise<void> {
    conns.add(conn);
    try {
      const first = new Uint8Array(1);
      await conn.read(first);
      if (first[0] === does.echo) await conn.readable.pipeTo(conn.writable);
      if (first[0] === does.flood) { for (;;) flooded += await conn.write(new Uint8Array(65_536)); }
      if (first[0] === does.nothing) await new Promise<void>(() => {});
    } catch {
      // The other end has gone.
    } finally {
      close(conn);
    }
  }

  function close(conn: Deno.Conn): void {
    conns.delete(conn);
    try {
      conn.close();
    } catch {
      // A pipe has closed it.
    }
  }

  async function accept(): Promise<void> {
    for await (const conn of listener) void serve(conn);
  }

  const accepting = accept();
  return {
    port: listener.addr.port,
    get open() {
      return conns.size;
    },
    get flooded() {
      return flooded;
    },
    async [Symbol.asyncDispose]() {
      if (!isClosed) listener.close();
      isClosed = true;
      for (const conn of [...conns]) close(conn);
      await accepting;
    },
  };
}
