/** `skerry join`: makes this machine a node of a cluster. */
import { resolve } from "node:path/posix";
import { type Command, Option } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import { type Access, fixedAccess } from "../../adapters/kube/access.ts";
import { connectKube, type KubeConnection } from "../../adapters/kube/connect.ts";
import { unverifiedClusterInfo } from "../../adapters/kube/unverified_cluster_info.ts";
import { systemdRuns, systemdService } from "../../adapters/linux/systemd_service.ts";
import { createLog } from "../../adapters/log/create_log.ts";
import { createVerbosity } from "../../adapters/log/verbosity.ts";
import { systemRandom } from "../../adapters/random.ts";
import { minute } from "../../core/instant.ts";
import { CliError, type CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { DEFAULT_CONFIG_FILE } from "../default_paths.ts";
import { joinCluster, type JoinPorts } from "../join/join.ts";
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
  readonly config: string;
  readonly nodeName?: string;
  readonly nodeIp?: readonly string[];
  readonly nodeLabels?: readonly string[];
  readonly timeout: number;
}

const SERVICE = "skerry.service";

/**
 * kubeadm's names of flags are taken too, so that a line which it prints can be used as it is.
 * @see ConfigureCommand
 */
export function configure(command: Command, context: CommandContext): void {
  const hash = "sha256:HEX of the authority's key, as kubeadm prints it; may be given again";
  command
    .argument("<server>", "the API server, HOST:PORT")
    .requiredOption("--token <token>", "bootstrap token, ID.SECRET")
    .addOption(new Option("--ca-cert-hash <hash>", hash).argParser(listed))
    .addOption(
      new Option("--discovery-token-ca-cert-hash <hash>").argParser(listed).hideHelp(),
    )
    .option("--discovery-unsafe-skip-ca-verification", "trust whoever knows the token")
    .addOption(new Option("--discovery-token-unsafe-skip-ca-verification").hideHelp())
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
  const request = joinRequest(server, {
    token: options.token,
    caCertHash: [...options.caCertHash ?? [], ...options.discoveryTokenCaCertHash ?? []],
    discoveryUnsafeSkipCaVerification: options.discoveryUnsafeSkipCaVerification ??
      options.discoveryTokenUnsafeSkipCaVerification ?? false,
  });
  if (Deno.uid() !== 0) throw new CliError("only root can let this machine join", { hint: "sudo" });
  const { nodeName, nodeIp, nodeLabels, timeout } = options;
  const node = {
    ...(nodeName !== undefined && { hostnameOverride: nodeName }),
    ...(nodeIp && { nodeIp }),
    ...(nodeLabels && { nodeLabels }),
  };
  const configPath = resolve(Deno.cwd(), options.config);
  const input = { configPath, node, hostname: Deno.hostname() };
  await joinCluster(
    { request, input, timeoutMs: timeout },
    await joinPorts(context),
    context.signal,
  );
}

async function joinPorts({ stdout, signal, pid }: CommandContext): Promise<JoinPorts> {
  const clock = systemClock();
  // A person is told of what fails; a log beside that would only repeat it.
  const log = createLog({
    format: "text",
    verbosity: createVerbosity(0),
    write: () => {},
    clock,
    pid,
    journal: false,
  });
  const authenticated = (access: Access): KubeConnection =>
    connectKube({
      access: fixedAccess(access),
      clock,
      random: systemRandom(),
      log,
      userAgent: USER_AGENT,
    });
  return {
    clock,
    say: (line) => stdout.write(`${printable(line)}\n`),
    unverified: unverifiedClusterInfo,
    verified: (cluster) => authenticated({ cluster }),
    authenticated,
    service: await systemdRuns() ? systemdService(SERVICE) : null,
    problem: (socket) => clientProblem(socket, signal),
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
