/** The `--socket` option that every command has which talks to the agent. */
import { Option } from "commander";
import type { CommandContext } from "./command.ts";
import { DEFAULT_CONTROL_SOCKET, SOCKET_VARIABLE } from "./default_paths.ts";

/** `--socket PATH`, else the variable SKERRY_SOCKET, else the default path; the value is under `options.socket`. */
export function socketOption(context: Pick<CommandContext, "env">): Option {
  return new Option("--socket <path>", `the agent's control socket (or ${SOCKET_VARIABLE})`)
    .default(context.env[SOCKET_VARIABLE] || DEFAULT_CONTROL_SOCKET);
}
