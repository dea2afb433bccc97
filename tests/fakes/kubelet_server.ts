/** The kubelet's API over real TLS on loopback, with fakes behind it. */
import { createAgentMetrics } from "../../src/core/metrics/agent_metrics.ts";
import { request } from "node:https";
import { TLSSocket } from "node:tls";
import { systemClock } from "../../src/adapters/clock.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { Failed } from "../../src/ports/errors.ts";
import type { Gate, GateRequest } from "../../src/server/auth/gate.ts";
import { logHealth, ping } from "../../src/server/kubelet/health.ts";
import {
  type DebuggingDeps,
  kubeletApp,
  type KubeletAppDeps,
} from "../../src/server/kubelet/kubelet_app.ts";
import type { KubeletFunctions } from "../../src/server/kubelet/kubelet_functions.ts";
import {
  type KubeletServerOptions,
  serveKubelet,
} from "../../src/server/kubelet/kubelet_server.ts";
import { createTlsIdentity, type TlsIdentity } from "../../src/server/kubelet/tls_identity.ts";
import type { StreamHandler } from "../../src/server/kubelet/stream_handler.ts";
import type { ProgramFacts } from "../../src/server/kubelet/zpages.ts";
import type { KeyPair } from "../../src/ports/certificate_store.ts";
import { type FakeLog, fakeLog } from "./log.ts";
import { type TestAuthority, testAuthority } from "./test_pki.ts";

/** An answer as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Whose certificate the server has shown. */
  readonly peer: string;
}

export interface AskOptions {
  readonly method?: string;
  readonly pair?: KeyPair;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly authority: TestAuthority;
  readonly identity: TlsIdentity;
  /** Those that the gate was asked about. */
  readonly asked: readonly GateRequest[];
  readonly log: FakeLog;
  /** Each request on a connection of its own. */
  ask(path: string, options?: AskOptions): Promise<Answer>;
  /** A bare connection, for what no client library sends. */
  connect(pair?: KeyPair): Promise<Connection>;
}

export interface Connection {
  send(bytes: string): Promise<void>;
  /** What comes next; "" at the end, and after a connection that was cut off. */
  read(): Promise<string>;
  /** All that comes up to the end. */
  readToEnd(): Promise<string>;
  close(): void;
}

/** A function that is not given fails. */
export function fakeKubelet(own: Partial<KubeletFunctions> = {}): KubeletFunctions {
  const missing = () => Promise.reject(new Failed("not given"));
  return {
    pods: () => [],
    runningPods: missing,
    logs: missing,
    streamUrl: missing,
    run: missing,
    summary: missing,
    configz: () => ({}),
    metrics: {
      agent: () => "",
      resource: missing,
      cadvisor: missing,
      probes: () => "",
      slis: () => "",
    },
    ...own,
  };
}

/** Sockets know no other. */
export const realClock: Clock = systemClock();

const noStreams: Pick<StreamHandler, "withoutUpgrade"> = {
  withoutUpgrade: () => Promise.resolve({ status: 400, text: "you must specify an upgrade" }),
};

const testProgram: ProgramFacts = {
  startedAt: Date.UTC(2026, 0, 1),
  platform: "Deno 2.9.6",
  flags: { v: "4" },
};

/** With all that can be switched off switched off. */
export const testDebugging: DebuggingDeps = {
  systemLogs: null,
  streams: noStreams,
  program: testProgram,
  profiler: null,
  verbosity: null,
};

/** Lets everybody in, unless a gate is given. */
export async function startTestServer(
  { functions = {}, app = {}, ...own }:
    & Partial<KubeletServerOptions>
    & {
      readonly functions?: Partial<KubeletFunctions>;
      readonly app?: Partial<KubeletAppDeps>;
    } = {},
): Promise<TestServer> {
  const authority = testAuthority("client and server");
  const identity = own.identity ?? createTlsIdentity({ asksClients: true });
  identity.trust(authority.certificate);
  identity.serve(authority.issue({ commonName: "node", purpose: "server" }));
  const stop = new AbortController();
  const log = fakeLog();
  const asked: GateRequest[] = [];
  const open: Gate = own.gate ?? {
    admit: () => Promise.resolve({ kind: "Admitted", user: admin }),
  };
  const gate: Gate = {
    admit(request) {
      asked.push(request);
      return open.admit(request);
    },
  };
  const listening = Promise.withResolvers<number>();
  const finished = serveKubelet({
    address: "127.0.0.1",
    port: 0,
    tls: { minVersion: "TLSv1.2", ciphers: null },
    routes: kubeletApp({
      functions: fakeKubelet(functions),
      checks: [ping, logHealth],
      health: createAgentMetrics().health,
      debugging: testDebugging,
      clock: realClock,
      log,
      ...app,
    }),
    streams: null,
    clock: realClock,
    metrics: createAgentMetrics(),
    log,
    ...own,
    gate,
    identity,
    onListening: listening.resolve,
  }, stop.signal);
  const port = await listening.promise;
  return {
    port,
    authority,
    identity,
    asked,
    log,
    connect: (pair) => connect({ port, ca: authority.certificate, pair }),
    ask: (path, options = {}) => ask({ ...options, path, port, ca: authority.certificate }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await finished;
    },
  };
}

const admin = { name: "admin", uid: "", groups: ["system:masters"], extra: {} };

function ask(
  { path, port, ca, method = "GET", pair, headers = {}, body: sent = "" }: AskOptions & {
    readonly path: string;
    readonly port: number;
    readonly ca: string;
  },
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const shown = pair === undefined ? {} : { cert: pair.certificate, key: pair.key };
  const options = {
    host: "127.0.0.1",
    port,
    path,
    method,
    ca,
    ...shown,
    headers,
    agent: false,
  };
  const asking = request(options, (answer) => {
    let body = "";
    const { socket } = answer;
    const secured = socket instanceof TLSSocket ? socket : null;
    const peer = String(secured?.getPeerCertificate().subject?.CN ?? "");
    answer.setEncoding("utf8");
    answer.on("data", (text: string) => body += text);
    answer.on("end", () => {
      const { statusCode: status = 0, headers } = answer;
      resolve({ status, headers, body, peer });
    });
    answer.on("error", reject);
  });
  asking.on("error", reject);
  asking.end(sent);
  return promise;
}

async function connect(
  { port, ca, pair }: {
    readonly port: number;
    readonly ca: string;
    readonly pair: KeyPair | undefined;
  },
): Promise<Connection> {
  const shown = pair === undefined ? {} : { cert: pair.certificate, key: pair.key };
  const connection = await Deno.connectTls({
    hostname: "127.0.0.1",
    port,
    caCerts: [ca],
    ...shown,
  });
  const buffer = new Uint8Array(65_536);
  let isClosed = false;

  async function read(): Promise<string> {
    try {
      const count = await connection.read(buffer) ?? 0;
      return new TextDecoder().decode(buffer.subarray(0, count));
    } catch {
      return "";
    }
  }

  return {
    async send(text) {
      const bytes = new TextEncoder().encode(text);
      for (let sent = 0; sent < bytes.length;) {
        sent += await connection.write(bytes.subarray(sent));
      }
    },
    read,
    async readToEnd() {
      let all = "";
      for (let next = await read(); next !== ""; next = await read()) all += next;
      return all;
    },
    close() {
      if (!isClosed) connection.close();
      isClosed = true;
    },
  };
}
