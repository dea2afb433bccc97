/** `skerry confirm-deletions`: says that pods were deleted indeed which the API server does not show, and which run on for it. */
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { printable } from "../printable.ts";
import { socketOption } from "../socket_option.ts";

interface Options {
  readonly socket: string;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .description(
      "Ends the pods that the API server does not show any more and that run on, because it is of another cluster than " +
        "before or has older data. `skerry status` names them.",
    )
    .addOption(socketOption(context))
    .action((options: Options) => confirmDeletions(options, context));
}

async function confirmDeletions(
  { socket }: Options,
  { stdout, signal }: CommandContext,
): Promise<void> {
  using agent = controlClient({ socket, signal });
  const pods = await agent.confirmDeletions();
  const text = pods.length === 0
    ? "No deletions are held.\n"
    : pods.map((name) => `Ending pod ${printable(name)}\n`).join("");
  await stdout.write(text);
}
