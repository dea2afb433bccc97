/** The ports of the kubelet's API, as the configuration has them. */
import { createLookout } from "../../agent/lookout.ts";
import type { Agent } from "../../agent/agent.ts";
import { orNull } from "../../adapters/linux/or_null.ts";
import { second } from "../../core/instant.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, messageOf } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import { logHealth, ping } from "../../server/kubelet/health.ts";
import { kubeletApp } from "../../server/kubelet/kubelet_app.ts";
import { serveKubelet } from "../../server/kubelet/kubelet_server.ts";
import { createTlsIdentity, type TlsIdentity } from "../../server/kubelet/tls_identity.ts";
import type { Configuration, ServerSettings } from "../config/configuration.ts";
import { openGate } from "./gate.ts";
import { kubeletFunctions, type KubeletFunctionsDeps } from "./kubelet_functions.ts";

export interface KubeletServerDeps extends KubeletFunctionsDeps {
  readonly agent: Agent;
  readonly kube: KubeApi | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: AgentMetrics;
}

/** What the server shows of itself; certificates come to it as they are made. */
export function serverIdentity({ server }: Configuration): TlsIdentity {
  return createTlsIdentity({ asksClients: server?.auth.clientCaFile !== undefined });
}

/** Works until the signal aborts. */
export async function runKubeletServer(
  configuration: Configuration,
  { identity, ...deps }: KubeletServerDeps & { readonly identity: TlsIdentity },
  signal: AbortSignal,
): Promise<void> {
  const { server } = configuration;
  if (server === null) return;
  const log = deps.log.named("kubelet-api");
  using open = openGate({ ...configuration, ...server }, { ...deps, log });
  const routes = kubeletApp({ functions: kubeletFunctions(deps), checks: [ping, logHealth], log });
  await Promise.all([
    serveKubelet(
      { ...server, ...deps, identity, gate: open.gate, routes, streams: null, log },
      signal,
    ),
    followClientCa(server, { ...deps, identity, log }, signal),
  ]);
}

/** How soon an authority counts that was put into the file, and one no more that was taken out. */
const clientCaMs = 10 * second;

/** A file that cannot be read leaves those in force that it had. */
async function followClientCa(
  { auth: { clientCaFile: path } }: ServerSettings,
  { identity, clock, log }: {
    readonly identity: TlsIdentity;
    readonly clock: Clock;
    readonly log: Log;
  },
  signal: AbortSignal,
): Promise<void> {
  if (path === undefined) return;
  const failed = "Client CA file cannot be used";
  const look = async (): Promise<void> => identity.trust(await clientCa(path));
  await createLookout({ look, failed, ms: clientCaMs, clock, log }).run(signal);
}

async function clientCa(path: string): Promise<string> {
  try {
    const text = await orNull(Deno.readTextFile(path));
    if (text !== null) return text;
  } catch (error) {
    throw new Failed(`${path}: ${messageOf(error)}`);
  }
  throw new Failed(`${path} does not exist`);
}
