/** The API server of the node's cluster, where the configuration names one. */
import { connectKube, type KubeConnection } from "../../adapters/kube/connect.ts";
import { kubeconfigAccess } from "../../adapters/kube/kubeconfig_access.ts";
import { readKubeconfig } from "../../adapters/kube/kubeconfig_file.ts";
import type { Outages } from "../../adapters/kube/reachability.ts";
import { orNull } from "../../adapters/linux/or_null.ts";
import type { BucketLimits } from "../../core/kube/token_bucket.ts";
import { VERSION } from "../../core/version.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { Clock } from "../../ports/clock.ts";
import { Invalid, messageOf, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { ExitCode } from "../exit_codes.ts";

/** How the program names itself to the API server. */
export const USER_AGENT = `skerry/${VERSION} (${Deno.build.os}/${Deno.build.arch})`;

export interface KubePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How often the server is asked at most, heartbeats and events apart; without it there is no limit. */
  readonly rate?: BucketLimits;
  readonly metrics?: Pick<AgentMetrics, "kube">;
  /** Is told when the server is lost and found. */
  readonly outages?: Outages;
}

type Kubeconfigs = Pick<Configuration, "kubeconfig" | "bootstrapKubeconfig">;

/**
 * Null without a kubeconfig. A server that is away is no error; throws what `checkKubeconfig` throws, but not where this machine
 * `wasNode` of a cluster before: its pods start without the server then, and the file is read again with each request.
 */
export async function openKube(
  configuration: Kubeconfigs,
  ports: KubePorts,
  { wasNode }: { readonly wasNode: boolean },
): Promise<KubeConnection | null> {
  try {
    await checkKubeconfig(configuration);
  } catch (err) {
    if (!wasNode) throw err;
    ports.log.error("The kubeconfig cannot be used, stored pods start without the API server", {
      err,
    });
  }
  const { kubeconfig } = configuration;
  return kubeconfig === undefined ? null : connectByKubeconfig(kubeconfig, ports);
}

/** Reads the file with the first request. `path` is absolute. */
export function connectByKubeconfig(
  path: string,
  ports: KubePorts,
): KubeConnection {
  return connectKube({
    ...ports,
    access: kubeconfigAccess({ ...ports, path }),
    userAgent: USER_AGENT,
  });
}

/**
 * Throws `CliError` for a kubeconfig that can never be used, or is not there; with a bootstrap kubeconfig it need not be there
 * yet.
 */
export async function checkKubeconfig(
  { kubeconfig, bootstrapKubeconfig }: Kubeconfigs,
): Promise<void> {
  if (kubeconfig === undefined) return;
  const mayBeMissing = bootstrapKubeconfig !== undefined;
  if (mayBeMissing && await orNull(Deno.stat(kubeconfig)) === null) return;
  try {
    await readKubeconfig(kubeconfig);
  } catch (error) {
    if (!(error instanceof Invalid || error instanceof Unavailable)) throw error;
    throw new CliError(`--kubeconfig: ${messageOf(error)}`, {
      exitCode: ExitCode.configuration,
      hint: error instanceof Unavailable
        ? "name a file that is there, or --bootstrap-kubeconfig to have it made"
        : "`kubectl config view --kubeconfig FILE` shows what another reader makes of it",
    });
  }
}
