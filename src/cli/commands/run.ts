/** `skerry run`: the agent itself. */
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { loadConfiguration } from "../config/load.ts";
import { runAgent } from "../run/run_agent.ts";
import { addRunFlags, type RunFlags } from "../run_flags.ts";

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  addRunFlags(command, context).action(async (flags: RunFlags) => {
    const configuration = await loadConfiguration({
      flags,
      hostname: Deno.hostname(),
      cwd: Deno.cwd(),
    });
    await runAgent(configuration, context);
  });
}
