/** The API server of the node's cluster, where the configuration names one. */
import { connectKube, type KubeConnection } from "../../adapters/kube/connect.ts";
import { kubeconfigAccess } from "../../adapters/kube/kubeconfig_access.ts";
import { readKubeconfig } from "../../adapters/kube/kubeconfig_file.ts";
import { orNull } from "../../adapters/linux/or_null.ts";
import { VERSION } from "../../core/version.ts";
import type { Clock } from "../../ports/clock.ts";
import { Invalid, messageOf, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { ExitCode } from "../exit_codes.ts";

export interface KubePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Null without a kubeconfig. A server that is away is no error, a kubeconfig that can never be used is one: throws
 * `CliError`. With a bootstrap kubeconfig the file need not be there yet.
 */
export async function openKube(
  { kubeconfig, bootstrapKubeconfig }: Pick<Configuration, "kubeconfig" | "bootstrapKubeconfig">,
  ports: KubePorts,
): Promise<KubeConnection | null> {
  if (kubeconfig === undefined) return null;
  const isMissing = await orNull(Deno.stat(kubeconfig)) === null;
  if (!isMissing || bootstrapKubeconfig === undefined) await check(kubeconfig);
  return connectByKubeconfig(kubeconfig, ports);
}

/** Reads the file with the first request. `path` is absolute. */
export function connectByKubeconfig(
  path: string,
  { clock, random, log }: KubePorts,
): KubeConnection {
  return connectKube({
    access: kubeconfigAccess({ path, clock, log }),
    clock,
    random,
    log,
    userAgent: `skerry/${VERSION} (${Deno.build.os}/${Deno.build.arch})`,
  });
}

async function check(path: string): Promise<void> {
  try {
    await readKubeconfig(path);
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
