/** `skerry leave`: undoes a join. */
import { resolve } from "node:path/posix";
import type { Command } from "commander";
import { systemClock } from "../../adapters/clock.ts";
import { lockDirectory } from "../../adapters/linux/directory_lock.ts";
import { systemdRuns, systemdService } from "../../adapters/linux/systemd_service.ts";
import { CliError, type CommandContext } from "../command.ts";
import { DEFAULT_CONFIG_FILE } from "../default_paths.ts";
import { SERVICE } from "../join/command_ports.ts";
import { leaveCluster, type LeavePorts } from "../leave/leave.ts";
import { printable } from "../printable.ts";

interface Options {
  readonly config: string;
  readonly nodeName?: string;
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
    .action((options: Options) => leave(options, context));
}

async function leave(
  { config, nodeName }: Options,
  context: CommandContext,
): Promise<void> {
  if (Deno.uid() !== 0) {
    throw new CliError("only root can let this machine leave", { hint: "sudo" });
  }
  const configPath = resolve(Deno.cwd(), config);
  const node = { ...(nodeName !== undefined && { hostnameOverride: nodeName }) };
  const input = { configPath, node, hostname: Deno.hostname() };
  await leaveCluster(input, await leavePorts(context));
}

async function leavePorts({ stdout }: CommandContext): Promise<LeavePorts> {
  return {
    clock: systemClock(),
    say: (line) => stdout.write(`${printable(line)}\n`),
    service: await systemdRuns() ? systemdService(SERVICE) : null,
    lock: lockDirectory,
  };
}
