/** `skerry check`: finds what keeps pods from running on this machine. */
import type { Command } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import { connectCri } from "../../adapters/cri/connect.ts";
import { nodeKubeconfig } from "../../adapters/kube/node_kubeconfig.ts";
import {
  boardModel,
  bootFile,
  cgroupControllers,
  directoryFacts,
  diskFacts,
  ipForward,
} from "../../adapters/linux/machine_facts.ts";
import { cgroupVersion, memoryFacts, resolverConfig } from "../../adapters/linux/node_facts.ts";
import { checkKey } from "../../adapters/sqlite/store_key.ts";
import { linuxTimeSync } from "../../adapters/linux/time_sync.ts";
import { createLog } from "../../adapters/log/create_log.ts";
import { createVerbosity } from "../../adapters/log/verbosity.ts";
import { writeToStderr } from "../../adapters/log/stderr.ts";
import { rotatingPair } from "../../adapters/x509/rotating_pair.ts";
import { parseCertificates } from "../../core/x509/certificate.ts";
import {
  type Finding,
  preflight,
  type PreflightFacts,
  type RuntimeFacts,
  verdictOf,
} from "../../core/node/preflight.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { relayFacts } from "../check/relay_facts.ts";
import { checkTable } from "../check_table.ts";
import { controlClient } from "../control_client.ts";
import { rebootTable } from "../reboot_table.ts";
import { checkServer } from "../check_server.ts";
import { CliError, type CommandContext } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { SOCKET_VARIABLE } from "../default_paths.ts";
import { ExitCode } from "../exit_codes.ts";
import { jsonText, outputOption } from "../output_option.ts";
import { supervisorPorts } from "../join/k3s/ports.ts";
import { k3sRequest } from "../join/k3s/request.ts";
import { keyPlaces } from "../run/key_places.ts";
import { checkKubeconfig } from "../run/open_kube.ts";
import { addRunFlags, type RunFlags } from "../run_flags.ts";

interface Options extends RunFlags {
  readonly output?: "json";
  readonly reboot?: true;
  readonly server?: string;
  readonly token?: string;
  readonly insecureFirstUse?: boolean;
}

/**
 * Takes the flags and files of `skerry run`, so that it checks what would be run.
 * @see ConfigureCommand
 */
export function configure(command: Command, context: CommandContext): void {
  addRunFlags(command, context)
    .addOption(outputOption(["json"]))
    .option(
      "--reboot",
      "asks the agent: would all pods come back after a power cut, without a link?",
    )
    .option("--server <url>", "could this machine join this k3s server? Nothing is written")
    .option("--token <token>", "the token of k3s to join it by, K10…")
    .option("--insecure-first-use", "take a token without the hash of the server's authority")
    .action(({ output, reboot, server, token, insecureFirstUse, ...flags }: Options) => {
      const given = { output, context };
      if (server !== undefined || token !== undefined) {
        return checkJoin({ server, token, insecureFirstUse }, given);
      }
      return (reboot ? checkReboot : check)(flags, given);
    });
}

async function checkJoin(
  { server, token, insecureFirstUse = false }: {
    readonly server: string | undefined;
    readonly token: string | undefined;
    readonly insecureFirstUse: boolean | undefined;
  },
  given: CheckOptions,
): Promise<void> {
  if (server === undefined || token === undefined) {
    throw new CliError("--server and --token belong together", { exitCode: ExitCode.usage });
  }
  const request = k3sRequest(server, { token, insecureFirstUse });
  const clock = systemClock();
  const ports = { clock, ...supervisorPorts({ clock }) };
  await show(await checkServer(request, ports, given.context.signal), given);
}

async function checkReboot(flags: RunFlags, { output, context }: CheckOptions): Promise<void> {
  const { stdout, signal, env } = context;
  const { controlSocket } = await configured(flags);
  const socket = flags.socket === undefined && env[SOCKET_VARIABLE] || controlSocket;
  using agent = controlClient({ socket, signal });
  const pods = await agent.rebootReadiness();
  await stdout.write(output === "json" ? jsonText({ pods }) : rebootTable(pods, stdout));
  if (pods.some(({ missing }) => missing !== "")) context.setExitCode(ExitCode.failure);
}

interface CheckOptions {
  readonly output: Options["output"];
  readonly context: CommandContext;
}

function configured(flags: RunFlags): Promise<Configuration> {
  return loadConfiguration({ flags, hostname: Deno.hostname(), cwd: Deno.cwd() });
}

async function check(flags: RunFlags, given: CheckOptions): Promise<void> {
  const configuration = await configured(flags);
  await checkKubeconfig(configuration);
  await show(preflight(await gather(configuration, given.context)), given);
}

async function show(
  findings: readonly Finding[],
  { output, context }: CheckOptions,
): Promise<void> {
  const { stdout } = context;
  const verdict = verdictOf(findings);
  await stdout.write(
    output === "json" ? jsonText({ verdict, findings }) : checkTable(findings, stdout),
  );
  if (verdict === "error") context.setExitCode(ExitCode.failure);
}

async function gather(
  configuration: Configuration,
  context: CommandContext,
): Promise<PreflightFacts> {
  const version = cgroupVersion();
  const log = checkLog(configuration, context);
  return {
    isRoot: Deno.uid() === 0,
    runtime: await runtimeFacts(configuration, log),
    cgroups: {
      version,
      driver: configuration.cgroups.driver,
      controllers: cgroupControllers(version),
      failV1: configuration.failCgroupV1,
    },
    boardModel: boardModel(),
    bootFile: bootFile(),
    swap: { bytes: memoryFacts().swapBytes, fail: configuration.failSwapOn },
    rootDir: directoryFacts(configuration.rootDir),
    storeKey: checkKey(
      keyPlaces(configuration, { env: { CREDENTIALS_DIRECTORY, ...context.env } }),
    ),
    resolvConf: await resolvConfFacts(configuration),
    disks: [configuration.rootDir, CONTAINERD_ROOT].map(diskFacts),
    clientCertificate: await clientCertificateFacts(configuration),
    relay: await relayFacts(configuration, { clock: systemClock(), log }),
    now: systemClock().now(),
    isSynchronised: linuxTimeSync().isSynchronised(),
    ipForward: ipForward(),
  };
}

async function clientCertificateFacts(
  { kubeconfig: path, bootstrapKubeconfig: bootstrapPath, certificates: { dir } }: Configuration,
): Promise<PreflightFacts["clientCertificate"]> {
  if (path === undefined) return null;
  const store = rotatingPair({ dir, prefix: "kubelet-client", clock: systemClock() });
  const node = nodeKubeconfig({ path, bootstrapPath, certificatePath: store.path });
  const credential = await node.read();
  const hasBootstrap = await node.hasBootstrap();
  if (credential.kind === "None") return { expiresAt: null, error: credential.why, hasBootstrap };
  if (credential.kind === "Other") return null;
  const chain = parseCertificates(credential.pair.certificate);
  if (!chain.ok) return { expiresAt: null, error: chain.error, hasBootstrap };
  const expiresAt = Math.min(...chain.value.map(({ notAfter }) => notAfter));
  return { expiresAt, error: "", hasBootstrap };
}

async function resolvConfFacts(
  { resolvConf: path }: Configuration,
): Promise<PreflightFacts["resolvConf"]> {
  if (path === undefined) return null;
  return await resolverConfig(path).then(
    () => ({ path, error: null }),
    (error: unknown) => ({ path, error: messageOf(error) }),
  );
}

/** Where systemd gives the service its credentials; a person that checks has none. */
const CREDENTIALS_DIRECTORY = "/run/credentials/skerry.service";

/** Where containerd keeps images unless it is told otherwise; CRI does not say. */
const CONTAINERD_ROOT = "/var/lib/containerd";

/** A person waits: a runtime that is there answers at once. */
const ANSWER_MS = 5_000;

function checkLog({ logging }: Configuration, { pid }: CommandContext): Log {
  return createLog({
    ...logging,
    verbosity: createVerbosity(logging.verbosity),
    write: writeToStderr,
    clock: systemClock(),
    pid,
    journal: false,
  });
}

async function runtimeFacts(
  { runtimeEndpoint: endpoint }: Configuration,
  log: Log,
): Promise<RuntimeFacts> {
  const cri = connectCri({ endpoint, requestTimeoutMs: ANSWER_MS, clock: systemClock(), log });
  try {
    const { name, version } = await cri.runtime.version();
    const { conditions } = await cri.runtime.status();
    const cgroupDriver = await cri.runtime.cgroupDriver();
    return { endpoint, reachable: true, name, version, conditions, cgroupDriver };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return { endpoint, reachable: false, error: messageOf(error) };
  } finally {
    cri.close();
  }
}
