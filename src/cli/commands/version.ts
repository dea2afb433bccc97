/** `skerry version`: prints the version. */
import { VERSION } from "../../core/version.ts";
import type { ConfigureCommand } from "../command.ts";

export const configure: ConfigureCommand = (command, context) => {
  command.option("-o, --output <format>", "json for programs").action(
    async (options: { readonly output?: string }) => {
      const text = options.output === "json"
        ? JSON.stringify({ version: VERSION })
        : `skerry ${VERSION}`;
      await context.stdout.write(`${text}\n`);
    },
  );
};
