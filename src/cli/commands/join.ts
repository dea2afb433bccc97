/** `skerry join`: makes this machine a node of a cluster. */
import { resolve } from "node:path/posix";
import { type Command, Option } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import { type Access, fixedAccess } from "../../adapters/kube/access.ts";
import { connectKube, type KubeConnection } from "../../adapters/kube/connect.ts";
import { unverifiedClusterInfo } from "../../adapters/kube/unverified_cluster_info.ts";
import { systemdRuns, systemdService } from "../../adapters/linux/systemd_service.ts";
import { systemRandom } from "../../adapters/random.ts";
import { minute } from "../../core/instant.ts";
import { CliError, type CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { DEFAULT_CONFIG_FILE } from "../default_paths.ts";
import { ExitCode } from "../exit_codes.ts";
import { joinCluster, type JoinPorts } from "../join/join.ts";
import { SERVICE, silentLog } from "../join/command_ports.ts";
import type { K3sJoinPorts } from "../join/k3s/apply.ts";
import { joinK3s } from "../join/k3s/join.ts";
import { supervisorPorts } from "../join/k3s/ports.ts";
import { isK3sRequest, k3sRequest } from "../join/k3s/request.ts";
import type { ConfigurationInput } from "../join/plan.ts";
import { joinRequest } from "../join/request.ts";
import { durationOrZero, listed } from "../option_values.ts";
import { printable } from "../printable.ts";
import { USER_AGENT } from "../run/open_kube.ts";

interface Options {
  readonly token: string;
  readonly caCertHash?: readonly string[];
  readonly discoveryTokenCaCertHash?: readonly string[];
  readonly discoveryUnsafeSkipCaVerification?: boolean;
  readonly discoveryTokenUnsafeSkipCaVerification?: boolean;
  readonly insecureFirstUse?: boolean;
  readonly config: string;
  readonly nodeName?: string;
  readonly nodeIp?: readonly string[];
  readonly nodeLabels?: readonly string[];
  readonly timeout: number;
}

/**
 * kubeadm's names of flags are taken too, so that a line which it prints can be used as it is.
 * @see ConfigureCommand
 */
export function configure(command: Command, context: CommandContext): void {
  const hash = "sha256:HEX of the authority's key, as kubeadm prints it; may be given again";
  command
    .argument("<server>", "the API server, HOST:PORT")
    .requiredOption("--token <token>", "bootstrap token, ID.SECRET; or a token of k3s, K10…")
    .addOption(new Option("--ca-cert-hash <hash>", hash).argParser(listed))
    .addOption(
      new Option("--discovery-token-ca-cert-hash <hash>").argParser(listed).hideHelp(),
    )
    .option("--discovery-unsafe-skip-ca-verification", "trust whoever knows the token")
    .addOption(new Option("--discovery-token-unsafe-skip-ca-verification").hideHelp())
    .option(
      "--insecure-first-use",
      "take a k3s token without a hash, and trust the first server that answers",
    )
    .option("--config <file>", "the configuration that is added to", DEFAULT_CONFIG_FILE)
    .option("--node-name <name>", "the node's name, in place of the machine's")
    .option("--node-ip <ip>", "the node's address, or two (IPv4 and IPv6)", listed)
    .option("--node-labels <labels>", "KEY=VALUE with commas between", listed)
    .addOption(
      new Option("--timeout <duration>", "how long the certificate is waited for; 0 for not at all")
        .argParser(durationOrZero).default(5 * minute, "5m"),
    )
    .action((server: string, options: Options) => join(server, { options, context }));
}

async function join(
  server: string,
  { options, context }: { readonly options: Options; readonly context: CommandContext },
): Promise<void> {
  if (isK3sRequest(options)) return await joinToK3s(server, { options, context });
  const request = joinRequest(server, {
    token: options.token,
    caCertHash: hashesOf(options),
    discoveryUnsafeSkipCaVerification: options.discoveryUnsafeSkipCaVerification ??
      options.discoveryTokenUnsafeSkipCaVerification ?? false,
  });
  refuseUnlessRoot();
  const input = inputOf(options);
  await joinCluster(
    { request, input, timeoutMs: options.timeout },
    await joinPorts(context),
    context.signal,
  );
}

async function joinToK3s(
  server: string,
  { options, context }: { readonly options: Options; readonly context: CommandContext },
): Promise<void> {
  if (hashesOf(options).length > 0) {
    throw new CliError("--ca-cert-hash: a token of k3s holds the hash of its server's authority", {
      exitCode: ExitCode.usage,
    });
  }
  const request = k3sRequest(server, options);
  refuseUnlessRoot();
  const input = inputOf(options);
  await joinK3s({ request, input }, await k3sJoinPorts(context), context.signal);
}

function hashesOf({ caCertHash, discoveryTokenCaCertHash }: Options): readonly string[] {
  return [...caCertHash ?? [], ...discoveryTokenCaCertHash ?? []];
}

function refuseUnlessRoot(): void {
  if (Deno.uid() !== 0) throw new CliError("only root can let this machine join", { hint: "sudo" });
}

function inputOf({ config, nodeName, nodeIp, nodeLabels }: Options): ConfigurationInput {
  const node = {
    ...(nodeName !== undefined && { hostnameOverride: nodeName }),
    ...(nodeIp && { nodeIp }),
    ...(nodeLabels && { nodeLabels }),
  };
  return { configPath: resolve(Deno.cwd(), config), node, hostname: Deno.hostname() };
}

async function joinPorts(context: CommandContext): Promise<JoinPorts> {
  const ports = await commonPorts(context);
  return {
    ...ports,
    unverified: unverifiedClusterInfo,
    verified: (cluster) => ports.authenticated({ cluster }),
    problem: (socket) => clientProblem(socket, context.signal),
  };
}

async function k3sJoinPorts(context: CommandContext): Promise<K3sJoinPorts> {
  const ports = await commonPorts(context);
  return { ...ports, ...supervisorPorts(ports) };
}

async function commonPorts(
  { stdout, pid }: CommandContext,
): Promise<
  Pick<K3sJoinPorts, "clock" | "random" | "say" | "service"> & {
    readonly authenticated: (access: Access) => KubeConnection;
  }
> {
  const clock = systemClock();
  const random = systemRandom();
  const log = silentLog({ clock, pid });
  return {
    clock,
    random,
    say: (line) => stdout.write(`${printable(line)}\n`),
    authenticated: (access) =>
      connectKube({ access: fixedAccess(access), clock, random, log, userAgent: USER_AGENT }),
    service: await systemdRuns() ? systemdService(SERVICE) : null,
  };
}

/** An agent that does not answer may still be starting. */
async function clientProblem(socket: string, signal: AbortSignal): Promise<string> {
  using agent = controlClient({ socket, signal });
  try {
    const { certificates } = await agent.status();
    return certificates.find(({ name }) => name === "client")?.problem ?? "";
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError) return "";
    throw error;
  }
}
