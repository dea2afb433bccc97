/** `skerry images import`: brings images from archives into the runtime, without a registry. */
import type { Command } from "commander";
import { messageOf, PortError } from "../../ports/errors.ts";
import { CliError, type CommandContext } from "../command.ts";
import { type ControlClient, controlClient } from "../control_client.ts";
import { findImageArchives, type ImageArchive } from "../image_archives.ts";
import { printable } from "../printable.ts";
import { progressLine } from "../progress_line.ts";
import { socketOption } from "../socket_option.ts";

interface Options {
  readonly socket: string;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command.command("import")
    .summary("import image archives")
    .description(
      "Imports image archives (docker or OCI; plain, gzip or zstd) and prints the images' names.",
    )
    .argument("<path>", "an archive, or a folder of archives")
    .addOption(socketOption(context))
    .action((path: string, options: Options) => importImages({ path, ...options }, context));
}

async function importImages(
  { path, socket }: Options & { readonly path: string },
  context: CommandContext,
): Promise<void> {
  using agent = controlClient({ socket, signal: context.signal });
  const archives = await findImageArchives(path);
  const failures: string[] = [];
  for (const [index, archive] of archives.entries()) {
    const turn = archives.length > 1 ? `[${index + 1}/${archives.length}] ` : "";
    const failure = await importOne(archive, { agent, turn, ...context });
    if (failure !== null) failures.push(failure);
  }
  if (failures.length > 0) throw new CliError(failures.join("\n"));
}

/** Prints the names; gives the failure of this archive, which does not keep the others from being imported. */
async function importOne(
  { path, bytes }: ImageArchive,
  { agent, turn, stdout, stderr }: Pick<CommandContext, "stdout" | "stderr"> & {
    readonly agent: ControlClient;
    readonly turn: string;
  },
): Promise<string | null> {
  const progress = progressLine(stderr);
  await progress.show(`${turn}Importing ${path}, ${(bytes / 1e6).toFixed(1)} MB`);
  try {
    const names = await agent.importImage(path);
    await progress.clear();
    await stdout.write(names.map((name) => `${printable(name)}\n`).join(""));
    return null;
  } catch (error) {
    await progress.clear();
    if (!(error instanceof PortError)) throw error;
    // What the agent says of a file begins with its path too.
    return `cannot import ${path}: ${messageOf(error).replace(`${path}: `, "")}`;
  }
}
