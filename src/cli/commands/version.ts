/** `skerry version`: prints the version. */
import type { Command } from "commander";
import { VERSION } from "../../core/version.ts";
import type { CommandContext } from "../command.ts";

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command.option("-o, --output <format>", "json for programs").action(
    async (options: { readonly output?: string }) => {
      const text = options.output === "json"
        ? JSON.stringify({ version: VERSION })
        : `skerry ${VERSION}`;
      await context.stdout.write(`${text}\n`);
    },
  );
}
