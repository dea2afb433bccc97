/** `skerry rotate-key`: gives the local store a new key, and seals Secrets and tokens in it anew. */
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { controlClient } from "../control_client.ts";
import { socketOption } from "../socket_option.ts";

interface Options {
  readonly socket: string;
}

/** @see ConfigureCommand */
export function configure(command: Command, context: CommandContext): void {
  command
    .description(
      "Makes a new key for what is secret in the local store, and seals everything anew with it: all or, where that is cut off, " +
        "the rest when the agent starts again. A systemd credential is replaced by hand; the answer says how.",
    )
    .addOption(socketOption(context))
    .action((options: Options) => rotateKey(options, context));
}

async function rotateKey({ socket }: Options, { stdout, signal }: CommandContext): Promise<void> {
  using agent = controlClient({ socket, signal });
  const { sealed, path } = await agent.rotateKey();
  await stdout.write(`New key in ${path}; Secrets and tokens sealed anew: ${sealed}\n`);
}
