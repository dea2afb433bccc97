/**
 * Finds out whom to trust: reads what an untrusted server says of its cluster, believes it for the token's signature and the
 * pinned key, and asks again over a connection that the pinned authority vouches for.
 * @see https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/#token-based-discovery-with-ca-pinning
 */
import type { UnverifiedClusterInfo } from "../../adapters/kube/unverified_cluster_info.ts";
import { formatDuration } from "../../core/duration.ts";
import { type Instant, second } from "../../core/instant.ts";
import { checkPins } from "../../core/kube/ca_pin.ts";
import { CLUSTER_INFO, type ClusterInfo, readClusterInfo } from "../../core/kube/cluster_info.ts";
import type { KubeObject } from "../../core/kube/resource.ts";
import type { Clock } from "../../ports/clock.ts";
import {
  Forbidden,
  messageOf,
  NotFound,
  PortError,
  Unauthorized,
  Unavailable,
} from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import { CliError } from "../command.ts";
import { skewText } from "./clock_skew.ts";
import type { JoinRequest } from "./request.ts";

export interface DiscoveryPorts {
  /** Asks without any trust. */
  readonly unverified: (server: string, signal: AbortSignal) => Promise<UnverifiedClusterInfo>;
  /** Asks as nobody, a server whose certificate this authority has signed. */
  readonly verified: (
    cluster: { readonly server: string; readonly authorityPem: string },
  ) => KubeApi & { close(): void };
  readonly clock: Clock;
  /** Tells a person what is waited for. */
  readonly say: (line: string) => Promise<void>;
}

/** A server that is not there yet, and a token that was made just now, are waited for. */
const patienceMs = 30 * second;
const pauseMs = 2 * second;

/** Throws `CliError` that says what is wrong and what to do. */
export async function discover(
  request: JoinRequest,
  ports: DiscoveryPorts,
  signal: AbortSignal,
): Promise<ClusterInfo> {
  const { info, serverTime } = await firstReading(request, ports, signal);
  const skew = skewText({ own: ports.clock.now(), server: serverTime });
  if (skew !== null) await ports.say(skew);
  if (request.pins.length === 0) return info;
  const checked = checkPins(info.certificateAuthority, request.pins);
  if (!checked.ok) throw new CliError(checked.error);
  await secondReading({ server: request.server, info, skew }, ports);
  return info;
}

interface FirstReading {
  readonly info: ClusterInfo;
  readonly serverTime: Instant | null;
}

async function firstReading(
  request: JoinRequest,
  ports: DiscoveryPorts,
  signal: AbortSignal,
): Promise<FirstReading> {
  const { clock, say } = ports;
  const end = clock.monotonic() + patienceMs;
  for (let told = "";;) {
    const tried = await attempt(request, ports, signal);
    if ("info" in tried) return tried;
    const { problem } = tried;
    if (!tried.mayPass || clock.monotonic() >= end) throw problem;
    if (problem.message !== told) {
      await say(`${problem.message}; trying for ${formatDuration(patienceMs)}`);
    }
    told = problem.message;
    await clock.sleep(pauseMs, signal);
  }
}

async function attempt(
  { server, token }: JoinRequest,
  { unverified }: DiscoveryPorts,
  signal: AbortSignal,
): Promise<FirstReading | { readonly problem: CliError; readonly mayPass: boolean }> {
  try {
    const { data, serverTime } = await unverified(server, signal);
    const read = readClusterInfo(data, token);
    if (read.ok) return { info: read.value, serverTime };
    return { problem: new CliError(read.error.message), mayPass: read.error.mayCome };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return { problem: refusalOf(error, server), mayPass: error instanceof Unavailable };
  }
}

function refusalOf(error: PortError, server: string): CliError {
  if (error instanceof NotFound) {
    return new CliError(`${server} has no ConfigMap cluster-info in kube-public`, {
      hint:
        "the cluster knows no joining by token; `kubeadm init phase bootstrap-token` sets it up",
    });
  }
  if (error instanceof Forbidden || error instanceof Unauthorized) {
    return new CliError(`${server} lets nobody read cluster-info without a credential`, {
      hint: "let system:anonymous get the ConfigMap cluster-info in kube-public, as kubeadm does",
    });
  }
  return new CliError(messageOf(error));
}

async function secondReading(
  { server, info, skew }: {
    readonly server: string;
    readonly info: ClusterInfo;
    readonly skew: string | null;
  },
  { verified }: DiscoveryPorts,
): Promise<void> {
  const api = verified({ server, authorityPem: info.certificateAuthority });
  try {
    const again = await api.get<KubeObject & { readonly data?: Record<string, string> }>(
      CLUSTER_INFO,
    );
    if (again.data?.["kubeconfig"] === info.kubeconfig) return;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    throw new CliError(`the server does not prove to be of this cluster: ${messageOf(error)}`, {
      ...(skew !== null && { hint: skew }),
    });
  } finally {
    api.close();
  }
  throw new CliError("the server says something else over a connection that can be trusted", {
    hint:
      "somebody stands between this machine and the cluster, or its address leads to two clusters",
  });
}
