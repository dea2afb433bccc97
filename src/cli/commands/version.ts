/** `skerry version`: prints the version; as JSON that of the runtime too. */
import type { Command } from "commander";
import { VERSION } from "../../core/version.ts";
import type { CommandContext } from "../command.ts";
import { jsonText, outputOption } from "../output_option.ts";

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command.addOption(outputOption(["json"])).action(
    async ({ output }: { readonly output?: "json" }) => {
      const text = output === "json"
        ? jsonText({ version: VERSION, deno: Deno.version.deno })
        : `skerry ${VERSION}\n`;
      await context.stdout.write(text);
    },
  );
}
