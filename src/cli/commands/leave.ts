/** `skerry leave`: undoes a join. */
import { resolve } from "node:path/posix";
import type { Command } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import { fixedAccess } from "../../adapters/kube/access.ts";
import { connectKube } from "../../adapters/kube/connect.ts";
import { lockDirectory } from "../../adapters/linux/directory_lock.ts";
import { systemdRuns, systemdService } from "../../adapters/linux/systemd_service.ts";
import { systemRandom } from "../../adapters/random.ts";
import { CliError, type CommandContext } from "../command.ts";
import { DEFAULT_CONFIG_FILE } from "../default_paths.ts";
import { SERVICE, silentLog } from "../join/command_ports.ts";
import { leaveCluster, type LeavePorts } from "../leave/leave.ts";
import { printable } from "../printable.ts";
import { USER_AGENT } from "../run/open_kube.ts";

interface Options {
  readonly config: string;
  readonly nodeName?: string;
  readonly keepNode?: boolean;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .description(
      "Undoes a join: stops the agent, deletes the node's Node, and removes its credentials, what it keeps of the cluster, " +
        "and what joining added to the configuration.",
    )
    .option("--config <file>", "the configuration that joining added to", DEFAULT_CONFIG_FILE)
    .option("--node-name <name>", "the node's name, where the configuration has another")
    .option("--keep-node", "leave the Node in the cluster")
    .action((options: Options) => leave(options, context));
}

async function leave(
  { config, nodeName, keepNode = false }: Options,
  context: CommandContext,
): Promise<void> {
  if (Deno.uid() !== 0) {
    throw new CliError("only root can let this machine leave", { hint: "sudo" });
  }
  const configPath = resolve(Deno.cwd(), config);
  const node = { ...(nodeName !== undefined && { hostnameOverride: nodeName }) };
  const input = { configPath, node, hostname: Deno.hostname() };
  await leaveCluster({ input, keepNode }, await leavePorts(context));
}

async function leavePorts({ stdout, pid }: CommandContext): Promise<LeavePorts> {
  const clock = systemClock();
  const random = systemRandom();
  const log = silentLog({ clock, pid });
  return {
    clock,
    say: (line) => stdout.write(`${printable(line)}\n`),
    authenticated: (access) =>
      connectKube({ access: fixedAccess(access), clock, random, log, userAgent: USER_AGENT }),
    service: await systemdRuns() ? systemdService(SERVICE) : null,
    lock: lockDirectory,
  };
}
