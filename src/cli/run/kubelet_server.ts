/** The ports of the kubelet's API, as the configuration has them. */
import type { Agent } from "../../agent/agent.ts";
import { systemLogs } from "../../adapters/linux/system_logs.ts";
import { v8Profiler } from "../../adapters/profiler.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Verbosity } from "../../ports/verbosity.ts";
import { logHealth, ping } from "../../server/kubelet/health.ts";
import { type DebuggingDeps, healthApp, kubeletApp } from "../../server/kubelet/kubelet_app.ts";
import { serveKubelet } from "../../server/kubelet/kubelet_server.ts";
import { servePlain } from "../../server/kubelet/plain_server.ts";
import { requestCount } from "../../server/kubelet/request_count.ts";
import type { Routes } from "../../server/kubelet/request_handler.ts";
import { createTlsIdentity, type TlsIdentity } from "../../server/kubelet/tls_identity.ts";
import type { StreamHandler } from "../../server/kubelet/stream_handler.ts";
import type { SecurityLog } from "../../server/security_log.ts";
import type { Configuration, ServerSettings } from "../config/configuration.ts";
import { followClientCa } from "./client_ca.ts";
import { openGate } from "./gate.ts";
import { configz, flagz } from "./shown_configuration.ts";
import { kubeletFunctions, type KubeletFunctionsDeps } from "./kubelet_functions.ts";

export interface KubeletServerDeps extends Omit<KubeletFunctionsDeps, "configz"> {
  readonly agent: Agent;
  readonly kube: KubeApi | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: AgentMetrics;
  readonly streams: StreamHandler;
  readonly securityLog: SecurityLog;
  readonly verbosity: Verbosity;
}

/** What the server shows of itself; certificates come to it as they are made. */
export function serverIdentity({ server }: Configuration): TlsIdentity {
  return createTlsIdentity({ asksClients: server?.auth.clientCaFile !== undefined });
}

/** Works until the signal aborts. */
export async function runKubeletServer(
  configuration: Configuration,
  deps: KubeletServerDeps & { readonly identity: TlsIdentity },
  signal: AbortSignal,
): Promise<void> {
  const ports = { ...deps, log: deps.log.named("kubelet-api") };
  const { server } = configuration;
  await Promise.all([
    serveHealth(configuration, ports, signal),
    ...(server === null ? [] : serveAll({ ...configuration, server }, ports, signal)),
  ]);
}

/** That the process answers is all that is said there. */
async function serveHealth(
  { healthz }: Configuration,
  { clock, log, metrics: { health } }: Pick<KubeletServerDeps, "clock" | "log" | "metrics">,
  signal: AbortSignal,
): Promise<void> {
  if (healthz === null) return;
  const routes = healthApp({ checks: [ping], health, log });
  await servePlain({ ...healthz, routes, clock, log: log.with({ port: healthz.port }) }, signal);
}

type WithServer = Configuration & { readonly server: ServerSettings };

function serveAll(
  configuration: WithServer,
  deps: KubeletServerDeps & { readonly identity: TlsIdentity },
  signal: AbortSignal,
): readonly Promise<void>[] {
  const { server: { address, readOnlyPort: port, ...server } } = configuration;
  const { agent } = deps;
  const functions = kubeletFunctions({ ...deps, configz: configz(configuration.effective) });
  const checks = [ping, logHealth, { name: "syncloop", check: agent.loopProblem }];
  const { health } = deps.metrics;
  const app = { ...deps, functions, checks, health };
  const count = requestCount({ ...deps, metrics: deps.metrics.api, serverType: "readonly" });
  const readOnly = port === null ? [] : [
    servePlain(
      { ...deps, address, port, routes: kubeletApp({ ...app, debugging: null }), count },
      signal,
    ),
  ];
  const debugging = server.debuggingHandlers ? debuggingDeps(configuration, deps) : null;
  const routes = kubeletApp({ ...app, debugging });
  return [
    ...readOnly,
    followClientCa(configuration.server.auth, deps, signal),
    serveSecured(configuration, { ...deps, routes }, signal),
  ];
}

async function serveSecured(
  configuration: WithServer,
  deps: KubeletServerDeps & { readonly identity: TlsIdentity; readonly routes: Routes },
  signal: AbortSignal,
): Promise<void> {
  const { server } = configuration;
  const gate = openGate({ ...configuration, ...server }, deps);
  const streams = server.debuggingHandlers ? deps.streams : null;
  await serveKubelet({ ...server, ...deps, gate, streams }, signal);
}

/** Where the machine and its programs keep their logs. */
const systemLogFolder = "/var/log";

function debuggingDeps(
  { server, effective }: WithServer,
  { clock, streams, verbosity }: KubeletServerDeps,
): DebuggingDeps {
  return {
    systemLogs: server.systemLogs ? systemLogs({ folder: systemLogFolder }) : null,
    streams,
    program: {
      startedAt: clock.now(),
      platform: `Deno ${Deno.version.deno}`,
      flags: flagz(effective),
    },
    profiler: server.profiling ? v8Profiler({ clock }) : null,
    verbosity: server.debugFlags ? verbosity : null,
  };
}
