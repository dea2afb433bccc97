/** Puts the flags of `skerry run` on its command. What they mean is checked with the rest of the configuration. */
import { type Command, Option } from "commander";
import type { CommandContext } from "./command.ts";
import { LIST_KINDS, RUN_FLAGS, type RunFlag, type RunFlags } from "./config/flags.ts";
import { SOCKET_VARIABLE } from "./default_paths.ts";
import { listed } from "./option_values.ts";

export type { RunFlags };

/** Adds every flag; the action gets `RunFlags` with those that were given. */
export function addRunFlags(command: Command, context: Pick<CommandContext, "env">): Command {
  RUN_FLAGS.forEach((flag) => command.addOption(optionOf(flag)));
  const socket = context.env[SOCKET_VARIABLE];
  if (socket) command.setOptionValueWithSource("socket", socket, "env");
  return command;
}

/** As in the kubelet a switch may stand alone, lists may be given again, and `-v=4` is `-v 4`. */
function optionOf({ name, short, value, type, summary }: RunFlag): Option {
  const shown = type === "switch" ? `[${value}]` : `<${value}>`;
  const option = new Option(
    `${short === undefined ? "" : `-${short}, `}--${name} ${shown}`,
    summary,
  );
  if (LIST_KINDS.includes(type)) return option.argParser(listed);
  return short === undefined ? option : option.argParser((text: string) => text.replace(/^=/, ""));
}
