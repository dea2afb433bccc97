/** `skerry check`: finds what keeps pods from running on this machine. */
import type { Command } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import { connectCri } from "../../adapters/cri/connect.ts";
import {
  boardModel,
  bootFile,
  cgroupControllers,
  directoryFacts,
  diskFacts,
  ipForward,
} from "../../adapters/linux/machine_facts.ts";
import { cgroupVersion, memoryFacts, resolverConfig } from "../../adapters/linux/node_facts.ts";
import { createLog } from "../../adapters/log/create_log.ts";
import { writeToStderr } from "../../adapters/log/stderr.ts";
import {
  preflight,
  type PreflightFacts,
  type RuntimeFacts,
  verdictOf,
} from "../../core/node/preflight.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import { checkTable } from "../check_table.ts";
import type { CommandContext } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { ExitCode } from "../exit_codes.ts";
import { jsonText, outputOption } from "../output_option.ts";
import { checkKubeconfig } from "../run/open_kube.ts";
import { addRunFlags, type RunFlags } from "../run_flags.ts";

interface Options extends RunFlags {
  readonly output?: "json";
}

/**
 * Takes the flags and files of `skerry run`, so that it checks what would be run.
 * @see ConfigureCommand
 */
export function configure(command: Command, context: CommandContext): void {
  addRunFlags(command, context)
    .addOption(outputOption(["json"]))
    .action(({ output, ...flags }: Options) => check(flags, { output, context }));
}

async function check(
  flags: RunFlags,
  { output, context }: {
    readonly output: Options["output"];
    readonly context: CommandContext;
  },
): Promise<void> {
  const { stdout } = context;
  const hostname = Deno.hostname();
  const configuration = await loadConfiguration({ flags, hostname, cwd: Deno.cwd() });
  await checkKubeconfig(configuration);
  const findings = preflight(await gather(configuration, context));
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
  return {
    isRoot: Deno.uid() === 0,
    runtime: await runtimeFacts(configuration, context),
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
    resolvConf: await resolvConfFacts(configuration),
    disks: [configuration.rootDir, CONTAINERD_ROOT].map(diskFacts),
    now: systemClock().now(),
    ipForward: ipForward(),
  };
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

/** Where containerd keeps images unless it is told otherwise; CRI does not say. */
const CONTAINERD_ROOT = "/var/lib/containerd";

/** A person waits: a runtime that is there answers at once. */
const ANSWER_MS = 5_000;

async function runtimeFacts(
  { runtimeEndpoint: endpoint, logging }: Configuration,
  { pid }: CommandContext,
): Promise<RuntimeFacts> {
  const clock = systemClock();
  const log = createLog({ ...logging, write: writeToStderr, clock, pid, journal: false });
  const cri = connectCri({ endpoint, requestTimeoutMs: ANSWER_MS, clock, log });
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
